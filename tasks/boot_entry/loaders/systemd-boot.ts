import { compareRpm } from '../../../src/base/version.ts';
import { blsEntry, blsFields, blsWithArguments } from './bls.ts';
import { type BootEntry, type BootFile, change, type Configuration } from './entry.ts';
import { patched } from './text.ts';

/** systemd-boot: loader.conf and one file an entry, both on the EFI partition; the next boot is an EFI variable. */

/** bootctl sets and clears LoaderEntryOneShot; names of commands of boot_entry.sh. */
export const ONE_SHOT = 'oneshot';

function withDefault(loader: BootFile, id: string): string {
  const fields = blsFields(loader).filter(({ key }) => key === 'default');
  // a counted entry changes its file's name at each boot: the pattern fits all of them
  const value = `${id}*.conf`;
  if (fields.length > 0)
    return patched(
      loader.text,
      fields.map(({ start, end }) => ({ start, end, text: value })),
    );
  return `default ${value}\n${loader.text}`;
}

/** Whether a shell pattern fits a name, in any case of letters; a hostile pattern costs no more than its length. */
export function fits(pattern: string, name: string): boolean {
  const [want, text] = [pattern.toLowerCase(), name.toLowerCase()];
  let [at, here, star, mark] = [0, 0, -1, 0];
  while (here < text.length) {
    if (want[at] === '*') [star, mark] = [at++, here];
    else if (at < want.length && (want[at] === '?' || want[at] === text[here])) [at, here] = [at + 1, here + 1];
    else if (star >= 0) [at, here] = [star + 1, ++mark];
    else return false;
  }
  while (want[at] === '*') at++;
  return at === want.length;
}

const matches = (pattern: string, { file, id }: BootEntry): boolean =>
  [file.split('/').at(-1) ?? '', id, `${id}.conf`].some((name) => fits(pattern, name));

/** Entries that have no tries left come last, then the newest version first. */
function order(a: BootEntry, b: BootEntry): number {
  const spent = (entry: BootEntry): number => (entry.tries?.left === 0 ? 1 : 0);
  return spent(a) - spent(b) || compareRpm(b.id, a.id);
}

/**
 * @param oneShot what LoaderEntryOneShot says, where it is set
 * @param isEfi whether bootctl and EFI variables are there
 * @throws NotUnderstood
 */
export function readSystemdBoot(
  loader: BootFile | undefined,
  files: readonly BootFile[],
  oneShot: string,
  isEfi: boolean,
): Configuration {
  const entries = files.map((file) => blsEntry(file)).toSorted(order);
  const pattern = loader && blsFields(loader).findLast(({ key }) => key === 'default')?.value;
  const chosen = pattern === undefined ? undefined : entries.find((entry) => matches(pattern, entry));
  return {
    kind: 'systemd_boot',
    entries,
    default: chosen ?? entries.at(0),
    next: entries.find(({ id }) => id === oneShot.replace(/(\+\d+(-\d+)?)?\.conf$/, '')),
    followsDefault: loader !== undefined,
    ...(isEfi ? {} : { noOnce: 'bootctl or the EFI variables are missing' }),
    setDefault(entry, changes) {
      if (loader) change(changes, loader, (text) => withDefault({ ...loader, text }, entry.id));
    },
    setNext(entry, changes) {
      const name = entry?.file.split('/').at(-1) ?? '';
      changes.run.push(`${ONE_SHOT} ${name}`);
    },
    setArguments(entry, wanted, changes) {
      const file = files.find(({ path }) => path === entry.file) as BootFile;
      change(changes, file, (text) => blsWithArguments({ ...file, text }, wanted));
    },
  };
}
