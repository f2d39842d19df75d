import type { ModuleResult } from '../../src/base/result.ts';
import { Answer, failedCall } from '../shared/answer.ts';
import { hostDistro } from '../../src/host/distros/of-host.ts';
import { defineVerb, type TaskContext } from '../../src/verb/verb.ts';
import { apply } from './apply.ts';
import { type Given, schema } from './given.ts';
import { NotUnderstood } from './loaders/text.ts';
import { checked } from './preflight.ts';
import { isFound, look, notUnderstood, SCRIPTS } from './read.ts';
import { shownEntry } from './write.ts';

async function restored(given: Given, context: TaskContext): Promise<ModuleResult> {
  const vars = { loader: given.loader, check: context.check ? '1' : '' };
  const answer = await context.call({
    scripts: SCRIPTS,
    fn: given.state === 'restored' ? 'boot_restore' : 'boot_forget',
    vars,
  });
  if (answer.rc !== 0) return failedCall(answer);
  const said = new Answer(answer.stdout);
  const warnings = said.all('kept').map((path) => `${path} was changed by someone else since, and stays`);
  return { changed: said.is('changed'), restored: said.all('restored'), ...(warnings.length > 0 && { warnings }) };
}

/** The kernel on trial, or the last one that did not pass. */
function trialOf(said: Answer): Record<string, unknown> | undefined {
  const get = (key: string): string => said.get(`trial_${key}`) ?? '';
  if (get('release') === '') return undefined;
  return {
    release: get('release'),
    from: get('from'),
    outcome: get('outcome'),
    reason: get('reason'),
    panicked: get('panicked') === '1',
    failures: Number(get('failures') || 0),
    failed_units: said.all('trial_unit'),
  };
}

export const verb = defineVerb({
  name: 'boot_entry',
  summary: 'The kernel that boots: by default, once with a way back, with which arguments; for GRUB and systemd-boot',
  args: schema,
  argAliases: { args: 'arguments', append: 'arguments' },
  beyond: [],
  check: 'full',
  diff: true,
  exclusive: true,
  async run(given, context): Promise<ModuleResult> {
    if (given.state === 'restored' || given.state === 'forgotten') return restored(given, context);
    const found = await look({ loader: given.loader, checks: given.state === 'checked' || given.once }, context);
    if (!isFound(found)) return found;
    if (given.state === 'checked') {
      const distro = await hostDistro(await context.shell());
      return checked(found, given.release, distro.packages(given.release).image);
    }
    const { configuration, said, running } = found;
    if (given.state === 'listed') {
      return {
        changed: false,
        loader: configuration.kind,
        running,
        file: found.cfg.path,
        entries: configuration.entries.map((entry) => shownEntry(entry)),
        default: shownEntry(configuration.default),
        next: shownEntry(configuration.next),
        follows_default: configuration.followsDefault,
        trial: trialOf(said),
      };
    }
    try {
      return await apply(given, found, context);
    } catch (error) {
      if (error instanceof NotUnderstood) return notUnderstood(error);
      throw error;
    }
  },
});
