import { z } from 'zod';
import type { ModuleResult } from '../../src/base/result.ts';
import type { CallResult } from '../../src/host/contract.ts';
import { distroVars, hostDistro } from '../../src/host/distros/of-host.ts';
import * as args from '../shared/args.ts';
import { Answer, failedCall, verbScript } from '../shared/answer.ts';
import {
  KMOD_SCRIPTS,
  sharedSource,
  sourceTar,
  noParameter,
  wrongOption,
  wrongParameter,
} from '../shared/receiver/kmod.ts';
import { archOf, callWithProgram, program } from '../shared/receiver/programs.ts';
import { METRICS_SH, metricsDir, metricsFile, NO_TIMER } from '../shared/receiver/metrics.ts';
import { defineVerb, type TaskContext } from '../../src/verb/verb.ts';

const schema = () =>
  z.strictObject({
    state: args.choice(['present', 'absent']).default('present'),
    /** auto: what the host's init has; modules-load: the distribution's own loader (no crash guard). */
    method: args.choice(['auto', 'systemd', 'sysconfig', 'openrc', 'rc.local', 'modules-load']).default('auto'),
    /** Further module parameters, as kmod_load takes. */
    parameters: z.record(z.string(), z.union([z.string(), z.number()])).default({}),
    /** Seconds after which a loaded module counts as safe. */
    guard: args.int().pipe(z.number().min(1).max(86_400)).default(120),
    /** Deaths of the host in a row, each with a young module, after which it is kept out for a boot. */
    tries: args.int().pipe(z.number().min(1).max(100)).default(2),
    /** The eBPF receiver stands in where the module is missing or kept out, if the kernel can. */
    bridge: args.bool().default(true),
    /** Hooks of the package manager build the module for a kernel that is installed later, where a compiler is. */
    rebuild: args.bool().default(true),
    /** What those build: as kmod_build takes them. */
    source: args.str().default(''),
    options: args.list(args.str()).default([]),
    /** Folder of node_exporter's textfile collector: the counters are written there as toa.prom, twice a minute. */
    metrics_dir: metricsDir().optional(),
  });

type Given = z.output<ReturnType<typeof schema>>;

/** The remote half, with all that it needs. */
export const SCRIPTS = [
  ...KMOD_SCRIPTS,
  METRICS_SH,
  ...['guard.sh', 'rebuild.sh', 'kmod_boot.sh'].map((name) => verbScript('kmod_boot', name)),
];

/** Asked first with the name of the source; sent and asked again where the host has another one, or none. */
async function present(own: Record<string, string>, given: Given, context: TaskContext): Promise<CallResult> {
  const fn = 'kmod_boot_main';
  const vars = { ...own, ...distroVars(await hostDistro(await context.shell())) };
  if (!given.rebuild) return context.call({ scripts: SCRIPTS, fn, vars });
  const source = await sharedSource(given.source, context);
  const made_from = [source.hash, JSON.stringify(given.options), ...given.options].join('\n');
  const asked = await context.call({ scripts: SCRIPTS, fn, vars: { ...vars, made_from } });
  if (asked.rc !== 0 || !new Answer(asked.stdout).is('need')) return asked;
  const archive = await (await context.shell()).upload({ data: sourceTar(source) });
  return context.call({ scripts: SCRIPTS, fn, vars: { ...vars, made_from, archive } });
}

/** Brings the program of the eBPF receiver, unless this installation has none for the host. */
async function bridged(vars: Record<string, string>, context: TaskContext): Promise<CallResult | false> {
  const which = await program('toa-bpf', archOf(context), context).catch(() => undefined);
  if (!which) return false;
  return callWithProgram(which, { scripts: SCRIPTS, fn: 'kmod_bridge_main', vars }, context);
}

export const verb = defineVerb({
  name: 'kmod_boot',
  summary: "Loads the kernel module at each boot, in the way of the host's init, and not again after a crash",
  args: schema,
  beyond: [],
  exclusive: true,
  check: 'full',
  diff: false,
  async run(given, context): Promise<ModuleResult> {
    const params = Object.entries(given.parameters);
    const wrong = wrongParameter(params) ?? wrongOption(given.options);
    if (wrong) return wrong;
    const vars = {
      method: given.method,
      params: params.map(([name, value]) => `${name}=${value}`).join(' '),
      guard: String(given.guard),
      tries: String(given.tries),
      rebuild: given.rebuild ? '1' : '',
      made_from: '',
      archive: '',
      metrics: metricsFile(given.metrics_dir),
      check: context.check ? '1' : '',
    };
    const answer =
      given.state === 'present'
        ? await present(vars, given, context)
        : await context.call({ scripts: SCRIPTS, fn: 'kmod_boot_absent', vars });
    if (answer.rc !== 0) return failedCall(answer);
    const said = new Answer(answer.stdout);
    const bridge = given.state === 'present' && given.bridge && said.is('bridge') && (await bridged(vars, context));
    if (bridge && bridge.rc !== 0) return failedCall(bridge);
    if (said.get('failed')) return noParameter(said.get('failed') ?? '');
    const method = said.get('method');
    const warnings = method === 'none' ? ['no init system found: the module is not loaded at boot'] : [];
    if (said.get('metrics_timer') === 'none') warnings.push(NO_TIMER);
    return {
      changed: said.is('changed') || (bridge && new Answer(bridge.stdout).is('changed')),
      method,
      wrote: said.all('wrote'),
      removed: said.all('removed'),
      ...(given.state === 'present' && { rebuilds: given.rebuild && said.is('compiler') }),
      ...(warnings.length > 0 ? { warnings } : {}),
    };
  },
});
