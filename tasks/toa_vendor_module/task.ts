import { z } from 'zod';
import { failure, type ModuleResult } from '../../src/base/result.ts';
import { defineVerb } from '../../src/verb/verb.ts';
import { Answer, failedCall, verbScript } from '../shared/answer.ts';
import * as args from '../shared/args.ts';
import { KMOD_SCRIPTS } from '../shared/receiver/kmod.ts';

/** A folder for this run's copies; the time keeps those of runs apart. */
const folderOf = (backup: string, now: Date): string =>
  `${backup.replace(/\/+$/, '')}/${now.toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z`;

export const verb = defineVerb({
  name: 'toa_vendor_module',
  summary: "Takes another vendor's TOA module away, now and at boot, with copies of all that is changed",
  args: () =>
    z.strictObject({
      state: args.choice(['absent']).default('absent'),
      /** Folder on the host for the copies. */
      backup: args.path().default('/var/lib/toa/replaced'),
      /** A prefix of all paths that are looked at; with it no module is unloaded. */
      root: args.path().default(''),
    }),
  beyond: [],
  check: 'full',
  diff: false,
  exclusive: true,
  async run({ backup, root }, context): Promise<ModuleResult> {
    const keep = folderOf(backup, new Date());
    const vars = { root, keep, check: context.check ? '1' : '' };
    const scripts = [...KMOD_SCRIPTS, verbScript('toa_vendor_module')];
    const answer = await context.call({ scripts, fn: 'vendor_main', vars });
    if (answer.rc !== 0) return failedCall(answer);
    const said = new Answer(answer.stdout);
    const stuck = said.get('failed');
    if (stuck !== undefined) {
      return failure(`the module cannot be unloaded: ${stuck}`, {
        code: 'E_TOA_VENDOR_BUSY',
        remedy: 'see who uses it (lsmod), or take its boot script away by hand and reboot; nothing was changed',
      });
    }
    const changed = said.is('changed');
    const files = said.all('was');
    return {
      changed,
      unloaded: said.all('unloaded'),
      taken: files,
      ...(changed && files.length > 0 && { backup: keep }),
      msg: changed
        ? `another vendor's module is gone: ${[...said.all('unloaded'), ...files].join(', ')}`
        : 'there is none',
    };
  },
});
