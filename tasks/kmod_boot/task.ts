import { z } from 'zod';
import type { ModuleResult } from '../../src/base/result.ts';
import * as args from '../shared/args.ts';
import { Answer, failedCall, verbScript } from '../shared/files.ts';
import { KMOD_SCRIPTS, wrongParameter } from '../shared/kmod.ts';
import { defineVerb } from '../shared/verb.ts';

const schema = z.strictObject({
  state: args.choice(['present', 'absent']).default('present'),
  /** auto: what the host's init has; modules-load: the distribution's own loader (no crash guard, no allow-list). */
  method: args.choice(['auto', 'systemd', 'sysconfig', 'openrc', 'rc.local', 'modules-load']).default('auto'),
  /** Further module parameters, as kmod_load takes. */
  parameters: z.record(z.string(), z.union([z.string(), z.number()])).default({}),
  /** Seconds after which a loaded module counts as safe. */
  guard: args.int().default(120),
});

export const verb = defineVerb({
  name: 'kmod_boot',
  summary: "Loads the kernel module at each boot, in the way of the host's init, and not again after a crash",
  args: schema,
  check: 'full',
  diff: false,
  async run(given, context): Promise<ModuleResult> {
    const params = Object.entries(given.parameters);
    const wrong = wrongParameter(params);
    if (wrong) return wrong;
    const vars = {
      method: given.method,
      params: params.map(([name, value]) => `${name}=${value}`).join(' '),
      guard: String(given.guard),
      check: context.check ? '1' : '',
    };
    const fn = given.state === 'present' ? 'kmod_boot_main' : 'kmod_boot_absent';
    const answer = await context.call({ scripts: [...KMOD_SCRIPTS, verbScript('kmod_boot')], fn, vars });
    if (answer.rc !== 0) return failedCall(answer);
    const said = new Answer(answer.stdout);
    const method = said.get('method');
    const warnings = method === 'none' ? ['no init system found: the module is not loaded at boot'] : [];
    return {
      changed: said.is('changed'),
      method,
      wrote: said.all('wrote'),
      removed: said.all('removed'),
      ...(warnings.length > 0 ? { warnings } : {}),
    };
  },
});
