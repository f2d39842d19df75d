import { z } from 'zod';
import { failure, type ModuleResult } from '../../src/base/result.ts';
import * as args from '../shared/args.ts';
import { Answer, failedCall, verbScript } from '../shared/answer.ts';
import { device } from '../shared/receiver/balancer.ts';
import { wrongKinds } from '../shared/receiver/kinds.ts';
import { archOf, callWithProgram, parseJson, program, TOA_SH } from '../shared/receiver/programs.ts';
import { remote } from '../shared/remote.ts';
import { defineVerb, type TaskContext } from '../../src/verb/verb.ts';
import { wrongServices } from './services.ts';

const schema = () =>
  z.strictObject({
    state: args.choice(['present', 'absent']).default('present'),
    /** The servers' addresses, with or without a port. Needed for `present`. */
    services: args.list(args.str()).default([]),
    /** Presets by vendor, or KIND:LEN pairs; the first of each family is sent. */
    vendor: args.list(args.str()).default(['default']),
    /** The interfaces towards the servers; without them those that the host's routes say. */
    devices: args.list(device()).default([]),
    /** The option in the SYN too. */
    in_syn: args.bool().default(false),
    /** Lowers the MSS in the servers' SYN-ACKs, so that there is room for the option. */
    mss: args.bool().default(true),
  });

const SCRIPT = verbScript('toa_sender');

/** What toa-bpf says when it cannot, as a result. */
function refusal(report: Record<string, unknown>): ModuleResult {
  return failure(String(report['message'] ?? 'toa-bpf gave no answer'), {
    code: `E_TOA_SENDER_${String(report['error'] ?? 'unknown').toUpperCase()}`,
    remedy: report['remedy'] as string | undefined,
    report,
  });
}

async function present(given: z.output<ReturnType<typeof schema>>, context: TaskContext): Promise<ModuleResult> {
  const wrong = wrongKinds(given.vendor) ?? wrongServices(given.services);
  if (wrong) return wrong;
  const vars = {
    services: given.services.join('\n'),
    kinds: given.vendor.join(','),
    devices: given.devices.join(','),
    in_syn: given.in_syn ? '1' : '',
    mss: given.mss ? '1' : '',
    check: context.check ? '1' : '',
  };
  const which = await program('toa-bpf', archOf(context), context);
  const answer = await callWithProgram(which, { scripts: [SCRIPT], fn: 'toa_sender_main', vars }, context);
  if (answer.rc !== 0) return failedCall(answer);
  const said = new Answer(answer.stdout);
  for (const key of ['check', 'attach']) {
    const report = parseJson(said.get(key));
    if (said.get(key) !== undefined && report['ok'] !== true) return refusal(report);
  }
  const attach = parseJson(said.get('attach'));
  const atBoot = said.get('init');
  return {
    changed: said.is('changed'),
    msg: `sender ${String(attach['action'] ?? 'would be attached')}`,
    program: said.get('program'),
    devices: said.get('devices')?.split(',') ?? given.devices,
    wrote: said.all('wrote'),
    ...(atBoot === 'none' || atBoot === 'manual'
      ? { warnings: ["this host's init has no place for it: run /etc/toa/sender-attach at boot yourself"] }
      : {}),
  };
}

async function absent(context: TaskContext): Promise<ModuleResult> {
  const reply = await remote(context, { verb: 'toa_sender', fn: 'toa_sender_absent', scripts: [TOA_SH] });
  if (!reply.ok) return reply.failed;
  const { said } = reply;
  const detach = parseJson(said.get('detach'));
  if (said.get('detach') !== undefined && detach['ok'] !== true) return refusal(detach);
  return { changed: said.is('changed'), removed: said.all('removed') };
}

export const verb = defineVerb({
  name: 'toa_sender',
  summary: 'Makes a NAT balancer or proxy name clients to its servers (TOA), now and at each boot; or takes it away',
  args: schema,
  argAliases: { kinds: 'vendor', servers: 'services' },
  beyond: [],
  check: 'full',
  diff: false,
  exclusive: true,
  run: (given, context) => (given.state === 'present' ? present(given, context) : absent(context)),
});
