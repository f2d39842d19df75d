import { z } from 'zod';
import { failure, type ModuleResult } from '../../src/base/result.ts';
import type { CallResult } from '../../src/host/contract.ts';
import { defineVerb, type TaskContext } from '../../src/verb/verb.ts';
import * as args from '../shared/args.ts';
import { Answer, failedCall, verbScript } from '../shared/answer.ts';
import { KMOD_SCRIPTS } from '../shared/receiver/kmod.ts';
import { archOf, program } from '../shared/receiver/programs.ts';
import { explain } from './ladder.ts';
import { evidenceOf } from './reading.ts';

const schema = () =>
  z.strictObject({
    /** The port on which the service itself listens; without it the host as a whole is looked at. */
    port: args.int().pipe(z.number().min(1).max(65_535)).optional(),
    /** How long packets are watched, in seconds, unless enough connections came before. */
    seconds: args.int().pipe(z.number().min(1).max(600)).default(10),
    connections: args.int().pipe(z.number().min(1).max(100_000)).default(20),
  });

const SCRIPTS = [...KMOD_SCRIPTS, verbScript('shared/receiver', 'listeners.sh'), verbScript('toa_explain')];

/** Asked first with the programs' sums; they are sent, for the time of the call, where the host has others or none. */
async function ask(given: z.output<ReturnType<typeof schema>>, context: TaskContext): Promise<CallResult> {
  const arch = archOf(context);
  const [bpf, probe] = await Promise.all([program('toa-bpf', arch, context), program('toa-probe', arch, context)]);
  const words = {
    port: String(given.port ?? ''),
    seconds: String(given.seconds),
    connections: String(given.connections),
  };
  const vars = { ...words, sum_bpf: bpf.sum, sum_probe: probe.sum, uploaded_bpf: '', uploaded_probe: '' };
  const call = { scripts: SCRIPTS, fn: 'toa_explain_main' };
  const asked = await context.call({ ...call, vars });
  if (asked.rc !== 0 || !new Answer(asked.stdout).is('need')) return asked;
  const shell = await context.shell();
  const uploaded_bpf = await shell.upload({ path: bpf.path });
  const uploaded_probe = await shell.upload({ path: probe.path });
  return context.call({ ...call, vars: { ...vars, uploaded_bpf, uploaded_probe } });
}

export const verb = defineVerb({
  name: 'toa_explain',
  summary:
    'Says why a service still shows the balancer: which rung from the balancer to the application breaks, and what to do',
  args: schema,
  beyond: [],
  check: 'full',
  diff: false,
  async run(given, context): Promise<ModuleResult> {
    const answer = await ask(given, context);
    if (answer.rc !== 0) return failedCall(answer);
    const said = new Answer(answer.stdout);
    if (said.get('uid') !== '0') {
      return failure('only root can look at other processes, packets and eBPF', {
        code: 'E_PERMISSION',
        remedy: 'use become: true',
      });
    }
    const { ladder, broken, verdict } = explain(evidenceOf(said, given.port));
    return { changed: false, msg: verdict, ladder, broken: broken?.code ?? '', port: given.port };
  },
});
