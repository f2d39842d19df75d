import type { ErrorCode } from '../../src/base/errors.ts';
import { failure, type ModuleResult } from '../../src/base/result.ts';
import type { TaskContext } from '../../src/verb/verb.ts';
import { PLAIN_ARGUMENT } from './loaders/arguments.ts';
import { type BootEntry, change, type Changes, noChanges } from './loaders/entry.ts';
import { withEntry, withoutEntry } from './loaders/grub-conf.ts';
import type { Given } from './given.ts';
import { preflight } from './preflight.ts';
import { type Found, isFound, look } from './read.ts';
import { shownEntry, write, type WriteOptions } from './write.ts';

/** What is decided for one entry. */
interface Plan {
  readonly changes: Changes;
  readonly entry?: BootEntry;
  readonly options: WriteOptions;
}

const refuse = (code: ErrorCode, msg: string, remedy: string): ModuleResult => failure(msg, { code, remedy });

/** The entry that the task means, or why there is none. */
function wanted({ configuration }: Found, { release, title, id }: Given): BootEntry | ModuleResult {
  const all = configuration.entries.filter(
    (entry) =>
      (release === '' || entry.release === release) &&
      (title === '' || entry.title === title) &&
      (id === '' || entry.id === id),
  );
  if (release === '' && title === '' && id === '')
    return refuse('E_BOOT_ENTRY_WHICH', 'no entry is named', 'give release, title or id');
  const usual = all.filter(({ recovery }) => !recovery);
  // an id with the release in it stays the same entry when another kernel is installed; `gnulinux-simple` does not
  const entry = usual.find((one) => one.release !== '' && one.id.includes(one.release)) ?? usual[0] ?? all[0];
  if (entry) return entry;
  const known = [...new Set(configuration.entries.map((one) => one.release || one.title))].join(', ');
  const which = [release, title, id].filter((word) => word !== '').join(' ');
  return refuse(
    'E_BOOT_ENTRY_NONE',
    `no entry for ${which}: there are ${known || 'none'}`,
    'install that kernel first',
  );
}

const isEntry = (entry: BootEntry | ModuleResult): entry is BootEntry => 'kernel' in entry && 'id' in entry;

/** Words that would mean something else in a configuration than on a command line. */
function strange({
  arguments: add,
  remove_arguments: remove,
  root,
  kernel,
  initrd,
  title,
}: Given): ModuleResult | undefined {
  const word = [...add, ...remove].find((one) => !PLAIN_ARGUMENT.test(one));
  const line = [root, kernel, initrd, title].find((one) => /[\n\r]|[^\x20-\x7e]/.test(one));
  if (word === undefined && line === undefined) return undefined;
  const what = JSON.stringify(word ?? line);
  return refuse(
    'E_BOOT_ENTRY_WORD',
    `${what} cannot be written into a boot loader's configuration`,
    'plain words only',
  );
}

/** Makes the running kernel the default, and the default the one that is saved. */
function pin(found: Found): Plan | ModuleResult {
  const { configuration, running } = found;
  const own = wanted(found, { release: running, title: '', id: '' } as Given);
  if (!isEntry(own)) return own;
  const changes = noChanges();
  if (configuration.default?.id !== own.id || !configuration.followsDefault) configuration.setDefault(own, changes);
  if (!configuration.followsDefault) configuration.follow?.(changes);
  return { changes, entry: own, options: { mask: true } };
}

/** The next boot only, with a default that is something else, on a loader that can forget. */
function tryOnce(found: Found, entry: BootEntry, given: Given, changes: Changes): WriteOptions | ModuleResult {
  const { configuration, running, said } = found;
  const wrong = preflight(found, entry.release).filter(
    ({ check, state }) => state === 'wrong' && (check === 'once' || check === 'writable'),
  );
  if (wrong.length > 0) return refuse('E_BOOT_ENTRY_PREFLIGHT', wrong[0].says, wrong[0].remedy ?? '');
  if (configuration.default === undefined || configuration.default.id === entry.id || !configuration.followsDefault)
    return refuse(
      'E_BOOT_ENTRY_FALLBACK',
      `after ${entry.release || entry.title} the host would boot ${configuration.default?.title ?? 'something unknown'}: no way back`,
      'state: pinned makes the running kernel the default first',
    );
  // a host that has its own way with a panic keeps it
  const panic = entry.arguments.some((word) => /^panic=-?\d/.test(word)) ? '' : `panic=${given.panic}`;
  if (panic !== '') configuration.setArguments(entry, { add: [panic], remove: [] }, changes);
  if (configuration.next?.id !== entry.id) configuration.setNext(entry, changes);
  if (given.guard === 0 || entry.release === '') return {};
  const isSet = said.get('trial_release') === entry.release && said.get('trial_outcome') === 'waiting';
  if (!isSet || said.get('trial_from') !== running || said.get('trial_seconds') !== String(given.guard))
    changes.run.push('trial');
  return { trial: { release: entry.release, seconds: given.guard, panic } };
}

/** The entry is the default from now on; what was there for its trial goes. */
function settle({ configuration, said }: Found, entry: BootEntry, changes: Changes): void {
  if (configuration.default?.id !== entry.id || !configuration.followsDefault) configuration.setDefault(entry, changes);
  if (!configuration.followsDefault) configuration.follow?.(changes);
  if (configuration.next && configuration.next.id !== entry.id) configuration.setNext(undefined, changes);
  if (said.get('trial_release') !== entry.release) return;
  const panic = said.get('trial_panic') ?? '';
  if (PLAIN_ARGUMENT.test(panic)) configuration.setArguments(entry, { add: [], remove: [panic] }, changes);
  changes.run.push('untrial');
}

function planFor(found: Found, given: Given): Plan | ModuleResult {
  const { configuration, cfg } = found;
  const changes = noChanges();
  if (configuration.kind === 'grub_legacy' && given.kernel !== '' && given.title !== '') {
    change(changes, cfg, (text) => withEntry({ ...cfg, text }, given));
    return { changes, options: {} };
  }
  const entry = wanted(found, given);
  if (!isEntry(entry))
    return given.state === 'absent' && entry.code === 'E_BOOT_ENTRY_NONE' ? { changes, options: {} } : entry;
  if (given.state === 'absent') {
    if (configuration.kind !== 'grub_legacy')
      return refuse(
        'E_BOOT_ENTRY_ABSENT',
        `${configuration.kind}: entries go with their kernel's package`,
        'remove the package',
      );
    change(changes, cfg, (text) => withoutEntry({ ...cfg, text }, entry));
    return { changes, entry, options: {} };
  }
  const words = { add: given.arguments, remove: given.remove_arguments };
  if (words.add.length > 0 || words.remove.length > 0) configuration.setArguments(entry, words, changes);
  if (given.default) settle(found, entry, changes);
  const options = given.once ? tryOnce(found, entry, given, changes) : {};
  if ('failed' in options) return options as ModuleResult;
  return { changes, entry, options: options as WriteOptions };
}

const isPlan = (plan: Plan | ModuleResult): plan is Plan => 'options' in plan;

/** Does what the task says. @throws NotUnderstood before anything was written */
export async function apply(given: Given, found: Found, context: TaskContext): Promise<ModuleResult> {
  const wrong = strange(given);
  if (wrong) return wrong;
  const plan = given.state === 'pinned' ? pin(found) : planFor(found, given);
  if (!isPlan(plan)) return plan;
  const result = await write(found, plan.changes, plan.options, context);
  if (result.failed) return result;
  const unfollowed =
    context.check || !plan.changes.run.includes('mkconfig') ? undefined : await followed(given, context);
  if (unfollowed) return unfollowed;
  const { configuration, running } = found;
  const isLost = configuration.kind === 'grub2' && plan.changes.files.has(found.cfg.path);
  const warnings = [
    ...((result.warnings as string[] | undefined) ?? []),
    ...(isLost && !given.once ? [`the next update-grub makes ${found.cfg.path} anew, without these arguments`] : []),
  ];
  return {
    ...result,
    loader: configuration.kind,
    running,
    entry: shownEntry(plan.entry),
    before: { default: configuration.default?.id ?? '', next: configuration.next?.id ?? '' },
    ...(warnings.length > 0 && { warnings }),
  };
}

/** Whether grub.cfg, made anew, takes the saved entry: a file of /etc/default/grub.d may say otherwise. */
async function followed({ loader }: Given, context: TaskContext): Promise<ModuleResult | undefined> {
  const found = await look({ loader }, context);
  if (!isFound(found)) return found;
  if (found.configuration.followsDefault) return undefined;
  return refuse(
    'E_BOOT_ENTRY_SAVED',
    `${found.cfg.path} was made anew and still has a fixed default`,
    'look for GRUB_DEFAULT in /etc/default/grub.d',
  );
}
