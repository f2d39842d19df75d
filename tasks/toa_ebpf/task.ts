import { z } from 'zod';
import { failure, type ModuleResult } from '../../src/base/result.ts';
import * as args from '../shared/args.ts';
import { Answer, failedCall, verbScript } from '../shared/answer.ts';
import { FILE_SCRIPTS } from '../shared/files/files.ts';
import { wrongKinds } from '../shared/receiver/kinds.ts';
import { METRICS_SH, metricsDir, metricsFile, NO_TIMER } from '../shared/receiver/metrics.ts';
import { allowList, openList, wrongBalancers } from '../shared/receiver/networks.ts';
import { archOf, callWithProgram, parseJson, program, TOA_SH } from '../shared/receiver/programs.ts';
import { defineVerb, type TaskContext } from '../../src/verb/verb.ts';

const schema = () =>
  z.strictObject({
    state: args.choice(['present', 'absent']).default('present'),
    /** Presets by vendor, or KIND:LEN pairs. */
    vendor: args.list(args.str()).default(['default']),
    /** Networks of the balancers, or `any`: every peer may say which address it has. Needed for `present`. */
    balancers: args.list(args.str()).default([]),
    nat64: args.bool().default(true),
    /** Reads the bare ACK that listeners with TCP_DEFER_ACCEPT drop; a program then runs for every packet that comes in. */
    deferred: args.bool().default(false),
    /** Folder of node_exporter's textfile collector: the counters are written there as toa.prom, twice a minute. */
    metrics_dir: metricsDir().optional(),
  });

const SCRIPT = verbScript('toa_ebpf');

/** What toa-bpf says when it cannot: its first reason with its remedy. */
function refusal(report: Record<string, unknown>, extra: Partial<ModuleResult>): ModuleResult {
  const missing = (report['missing'] as { code: string; message: string; remedy: string }[] | undefined) ?? [];
  const first = missing[0] ?? {
    code: report['error'] ?? 'unknown',
    message: report['message'] ?? 'toa-bpf gave no answer',
    remedy: report['remedy'],
  };
  const others = missing.slice(1).map(({ message }) => message);
  return failure([first.message, ...others].join('; '), {
    code: `E_TOA_EBPF_${String(first.code).toUpperCase()}`,
    remedy: first.remedy as string | undefined,
    missing,
    ...extra,
  });
}

async function present(given: z.output<ReturnType<typeof schema>>, context: TaskContext): Promise<ModuleResult> {
  const wrong = wrongKinds(given.vendor) ?? wrongBalancers(given.balancers);
  if (wrong) return wrong;
  const which = await program('toa-bpf', archOf(context), context);
  const vars = {
    kinds: given.vendor.join(','),
    allow: allowList(given.balancers),
    nat64: given.nat64 ? '1' : '',
    deferred: given.deferred ? '1' : '',
    metrics: metricsFile(given.metrics_dir),
    check: context.check ? '1' : '',
  };
  const answer = await callWithProgram(which, { scripts: [METRICS_SH, SCRIPT], fn: 'toa_ebpf_main', vars }, context);
  if (answer.rc !== 0) return failedCall(answer);
  const said = new Answer(answer.stdout);
  const check = parseJson(said.get('check'));
  if (said.get('check') !== undefined && check['ok'] !== true) return refusal(check, { check });
  const attach = parseJson(said.get('attach'));
  if (said.get('attach') !== undefined && attach['ok'] !== true) return refusal(attach, { attach });
  const warnings = (attach['warnings'] as { code: string; message: string }[] | undefined) ?? [];
  const messages = warnings.filter(({ code }) => !code.endsWith('_allow_list')).map(({ message }) => message);
  const open = openList(given.balancers);
  if (open) messages.push(open);
  const metrics = parseJson(said.get('metrics'));
  if (metrics['ok'] === false) return refusal(metrics, { attach });
  if (said.get('metrics_timer') === 'none') messages.push(NO_TIMER);
  if (said.get('init') === 'none') messages.push('no init system found: the receiver is not attached again at boot');
  return {
    changed: said.is('changed'),
    msg: `receiver ${String(attach['action'] ?? 'would be attached')}`,
    program: said.get('program'),
    kinds: attach['kinds'],
    wrote: said.all('wrote'),
    ...(messages.length > 0 ? { warnings: messages } : {}),
  };
}

async function absent(context: TaskContext): Promise<ModuleResult> {
  const vars = { check: context.check ? '1' : '' };
  const answer = await context.call({
    scripts: [...FILE_SCRIPTS, TOA_SH, METRICS_SH, SCRIPT],
    fn: 'toa_ebpf_absent',
    vars,
  });
  if (answer.rc !== 0) return failedCall(answer);
  const said = new Answer(answer.stdout);
  const detach = parseJson(said.get('detach'));
  if (said.get('detach') !== undefined && detach['ok'] !== true) return refusal(detach, { detach });
  return { changed: said.is('changed'), removed: said.all('removed') };
}

export const verb = defineVerb({
  name: 'toa_ebpf',
  summary: 'Attaches the eBPF receiver, now and at each boot; or takes it away without a trace',
  args: schema,
  argAliases: { kinds: 'vendor', allow: 'balancers' },
  beyond: [],
  check: 'full',
  diff: false,
  exclusive: true,
  run: (given, context) => (given.state === 'present' ? present(given, context) : absent(context)),
});
