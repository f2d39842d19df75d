import { failure, type ModuleResult } from '../../src/base/result.ts';
import { noChanges } from './loaders/entry.ts';
import type { Found } from './read.ts';

/** One thing that has to be right before a kernel is booted once. */
export interface Check {
  readonly check: string;
  /** ok; mended: the playbook sees to it; wrong: it is in the way. */
  readonly state: 'ok' | 'mended' | 'wrong';
  readonly says: string;
  readonly remedy?: string;
}

/** What GRUB reads but cannot write: it would boot once for ever. */
const UNWRITABLE_FS = /^(btrfs|zfs|xfs_realtime|squash4|squashfs|iso9660|overlay)$/;
const UNWRITABLE_BELOW = /\b(lvm|mdraid\w*|diskfilter|luks2?|cryptodisk|raid\w*)\b/;

const sentence = (check: string, state: Check['state'], says: string, remedy?: string): Check => ({
  check,
  state,
  says,
  ...(remedy && { remedy }),
});

function once({ configuration }: Found): Check {
  if (configuration.noOnce)
    return sentence('once', 'wrong', configuration.noOnce, 'boot the kernel by hand, with a console at hand');
  if (['grub2', 'bls'].includes(configuration.kind)) {
    try {
      configuration.setNext(configuration.default, noChanges());
    } catch (error) {
      return sentence('once', 'wrong', (error as Error).message, 'make one: grub-editenv FOLDER/grubenv create');
    }
  }
  return sentence('once', 'ok', `${configuration.kind} can boot an entry once`);
}

function ground({ said }: Found): Check {
  const [fs, below] = [said.get('ground_fs') ?? '', (said.get('ground_below') ?? '').trim()];
  if (!said.first('ground_fs')) return sentence('writable', 'ok', 'the loader keeps nothing in a file');
  if (UNWRITABLE_FS.test(fs) || UNWRITABLE_BELOW.test(below)) {
    const where = [below, fs].filter((word) => word !== '').join(' with ');
    return sentence(
      'writable',
      'wrong',
      `GRUB reads its grubenv on ${where} but cannot write it: "once" would be for ever`,
      'put /boot on a plain partition with ext4 or xfs, or boot the kernel by hand',
    );
  }
  return sentence('writable', 'ok', `GRUB can write its grubenv (${fs})`);
}

function followed({ configuration, said }: Found): Check {
  if (configuration.followsDefault) return sentence('saved', 'ok', 'the default is the saved entry');
  if (configuration.kind === 'grub2' || configuration.kind === 'bls') {
    if (!said.get('mkconfig'))
      return sentence(
        'saved',
        'wrong',
        'GRUB_DEFAULT is not saved, and nothing makes grub.cfg',
        'install grub2-common or grub2-tools',
      );
    return sentence('saved', 'mended', 'GRUB_DEFAULT becomes saved, and grub.cfg is made anew');
  }
  return sentence('saved', 'wrong', 'the default is fixed', 'write loader.conf by hand');
}

function pinned({ configuration, running }: Found): Check {
  const own = configuration.entries.find(({ release, recovery }) => release === running && !recovery);
  if (!own)
    return sentence(
      'default',
      'wrong',
      `the running kernel ${running} has no entry to fall back to`,
      'install its package again',
    );
  const isDefault = configuration.default?.release === running && configuration.followsDefault;
  return isDefault
    ? sentence('default', 'ok', `${running}, which runs, is the default`)
    : sentence('default', 'mended', `${running}, which runs, becomes the default`);
}

function timer({ said }: Found): Check {
  if (!said.is('timer')) return sentence('blessing', 'ok', 'nothing calls a kernel good because somebody logged in');
  return said.is('masked')
    ? sentence('blessing', 'ok', 'grub-boot-success.timer is masked')
    : sentence('blessing', 'mended', 'grub-boot-success.timer is masked for the trial');
}

/** A kernel and two initrds: dracut and initramfs-tools write the new one beside the old one. */
function room({ said, configuration }: Found, release: string): Check {
  const [free, kernel, initrd] = ['free', 'kernel_size', 'initrd_size'].map((key) => Number(said.get(key) ?? 0));
  if (release !== '' && configuration.entries.some((entry) => entry.release === release))
    return sentence('room', 'ok', `${release} is installed already`);
  const need = Math.max(kernel, 8192) + 2 * initrd + 2048;
  const mib = (kib: number): string => `${Math.round(kib / 1024)} MiB`;
  return free >= need
    ? sentence('room', 'ok', `/boot has ${mib(free)} free, ${mib(need)} are needed`)
    : sentence(
        'room',
        'wrong',
        `/boot has ${mib(free)} free, ${mib(need)} are needed`,
        'remove kernels that no longer run, or make room',
      );
}

/** All that is looked at, in the order in which it is told. */
export function preflight(found: Found, release: string): Check[] {
  const panic = /(^| )panic=\d/.test(found.said.get('cmdline') ?? '');
  return [
    once(found),
    ground(found),
    followed(found),
    pinned(found),
    timer(found),
    sentence('panic', panic ? 'ok' : 'mended', panic ? 'panic= is set' : 'panic= is set for the trial'),
    room(found, release),
    found.said.is('needrestart')
      ? sentence('needrestart', 'mended', 'needrestart is suspended while packages are installed')
      : sentence('needrestart', 'ok', 'there is no needrestart'),
  ];
}

/**
 * The result of `state: checked`.
 * @param image what brings that kernel, by the distribution's data (src/host/distros); empty where it does not say
 */
export function checked(found: Found, release: string, image: string): ModuleResult {
  const checks = preflight(found, release);
  const wrong = checks.filter(({ state }) => state === 'wrong');
  const extra = { checks, loader: found.configuration.kind, running: found.running, package: image };
  if (wrong.length === 0) return { changed: false, msg: checks.map(({ says }) => says), ...extra };
  return failure(wrong.map(({ says }) => says).join('; '), {
    ...extra,
    code: 'E_BOOT_ENTRY_PREFLIGHT',
    remedy: wrong.map(({ remedy }) => remedy).join('; '),
  });
}
