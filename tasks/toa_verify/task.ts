import { z } from 'zod';
import { failure, type ModuleResult } from '../../src/base/result.ts';
import * as args from '../shared/args.ts';
import { Answer, failedCall, verbScript } from '../shared/files.ts';
import { archOf, callWithProgram, parseJson, program } from '../shared/programs.ts';
import { defineVerb } from '../shared/verb.ts';

const schema = z.strictObject({
  /** Cases of the own listeners to try; empty: all. */
  only: args.list(args.str()).default([]),
  vendor: args.list(args.str()).default(['default']),
  /** A port of a service on the host to look at, instead of own listeners. */
  port: args.int().optional(),
  address: args.str().optional(),
  family: args.int().optional(),
  place: args.choice(['ack', 'syn', 'data']).default('ack'),
  timeout: args.int().default(2000),
});

interface Case {
  readonly name: string;
  readonly result: string;
  readonly ok: boolean;
  readonly sent?: string;
  readonly accept?: string;
  readonly getpeername?: string;
}

/** What to do about each way in which the client was not seen. */
const REMEDIES: Record<string, string> = {
  balancer: 'the receiver did not see the option: run the playbook again, check `toa_facts` and the kinds (toa_vendor)',
  disagree: 'accept() and getpeername() differ: report it with the output of toa_facts',
  wrong: 'another program rewrites the address: look for other programs on the cgroup (bpftool cgroup tree)',
  no_answer: 'nothing answered the handshake: is the service listening on that address?',
  firewall: 'the host drops the probe: allow the interface toaprobe* for a moment, or verify with `port` from outside',
  rp_filter: 'reverse path filtering dropped the probe: set net.ipv4.conf.all.rp_filter to 2 or 0',
  not_accepted: 'the service did not accept the connection: is it busy or stopped?',
  not_seen: 'recorded, not seen by the service: it had not accepted the connection in time',
};

function probeArguments(given: z.output<typeof schema>): string[] {
  if (given.port === undefined) {
    const only = given.only.length > 0 ? ['--only', given.only.join(',')] : [];
    return ['self', '--kinds', given.vendor.join(','), ...only, '--timeout', String(given.timeout)];
  }
  const address = given.address ? ['--address', given.address] : [];
  const family = given.family ? ['--family', String(given.family)] : [];
  return ['port', '--port', String(given.port), ...address, ...family, '--place', given.place];
}

function verdict(report: Record<string, unknown>): ModuleResult {
  const cases = (report['cases'] as Case[] | undefined) ?? [];
  const base = { changed: false, cases, shown: report['shown'], expected: report['expected'] };
  if (report['ok'] === true) {
    return {
      ...base,
      msg: `${String(report['shown'] ?? cases.length)} of ${String(report['expected'] ?? cases.length)} handshakes show the client`,
    };
  }
  if (report['error']) {
    return failure(String(report['message']), {
      ...base,
      code: `E_TOA_PROBE_${String(report['error']).toUpperCase()}`,
      remedy: report['remedy'] as string,
    });
  }
  const bad = cases.filter((one) => !one.ok);
  const first = bad[0]?.result ?? 'no_answer';
  return failure(
    `the client is not seen in ${bad.length} of ${cases.length} cases: ${bad.map((c) => `${c.name} (${c.result})`).join(', ')}`,
    {
      ...base,
      code: `E_TOA_NOT_SEEN_${first.toUpperCase()}`,
      remedy: REMEDIES[first] ?? 'see the cases in the result',
    },
  );
}

export const verb = defineVerb({
  name: 'toa_verify',
  summary: 'Proves with real handshakes that services on the host see the client that the option names',
  args: schema,
  check: 'full',
  diff: false,
  async run(given, context): Promise<ModuleResult> {
    const which = await program('toa-probe', archOf(context), context);
    const call = { scripts: [verbScript('toa_verify')], fn: 'toa_verify_main', args: probeArguments(given) };
    const answer = await callWithProgram(which, call, context);
    if (answer.rc !== 0) return failedCall(answer);
    const report = parseJson(new Answer(answer.stdout).get('report'));
    if (Object.keys(report).length === 0) {
      return failure('the probe gave no answer', {
        code: 'E_TOA_PROBE_SILENT',
        remedy: 'run `toa-probe self` on the host by hand',
      });
    }
    return verdict(report);
  },
});
