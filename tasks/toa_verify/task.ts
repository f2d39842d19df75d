import { z } from 'zod';
import { failure, type ModuleResult } from '../../src/base/result.ts';
import * as args from '../shared/args.ts';
import { Answer, failedCall, verbScript } from '../shared/answer.ts';
import { wrongKinds } from '../shared/receiver/kinds.ts';
import { archOf, callWithProgram, parseJson, program } from '../shared/receiver/programs.ts';
import { defineVerb } from '../../src/verb/verb.ts';
import { verdict } from './verdict.ts';

const schema = () =>
  z.strictObject({
    /** Cases of the own listeners to try; empty: all. */
    only: args.list(args.str()).default([]),
    vendor: args.list(args.str()).default(['default']),
    /** A port of a service on the host to look at, instead of own listeners. */
    port: args.int().pipe(z.number().min(1).max(65_535)).optional(),
    address: args.str().optional(),
    family: args
      .int()
      .pipe(z.union([z.literal(4), z.literal(6)]))
      .optional(),
    place: args.choice(['ack', 'syn', 'data']).default('ack'),
    /** With port: a path to ask for by HTTP; where the service's socket cannot be asked, its answer decides. */
    http: args.str().optional(),
    /** With port: a server name (`-` for none) to begin a TLS handshake with, for services that accept with their first data. */
    tls: args.str().optional(),
    timeout: args.int().pipe(z.number().min(1).max(60_000)).default(2000),
  });

/** The command line of toa-probe. */
export function probeArguments(given: z.output<ReturnType<typeof schema>>): string[] {
  if (given.port === undefined) {
    const only = given.only.length > 0 ? ['--only', given.only.join(',')] : [];
    return ['self', '--kinds', given.vendor.join(','), ...only, '--timeout', String(given.timeout)];
  }
  const address = given.address ? ['--address', given.address] : [];
  const family = given.family ? ['--family', String(given.family)] : [];
  const protocol = [...(given.http ? ['--http', given.http] : []), ...(given.tls ? ['--tls', given.tls] : [])];
  const rest = ['--place', given.place, '--timeout', String(given.timeout)];
  return ['port', '--port', String(given.port), ...address, ...family, ...protocol, ...rest];
}

export const verb = defineVerb({
  name: 'toa_verify',
  summary: 'Proves with real handshakes that services on the host see the client that the option names',
  args: schema,
  beyond: [],
  claim: { says: "show the client's address", unit: 'packets' },
  check: 'full',
  diff: false,
  async run(given, context): Promise<ModuleResult> {
    const wrong = wrongKinds(given.vendor);
    if (wrong) return wrong;
    if (given.http && given.tls) return failure('parameters are mutually exclusive: http|tls');
    const which = await program('toa-probe', archOf(context), context);
    // one service, or some of the cases, prove less than the host; a check leaves nothing behind
    const whole = given.port === undefined && given.only.length === 0 && !context.check;
    const vars = { record: whole ? '1' : '' };
    const call = { scripts: [verbScript('toa_verify')], fn: 'toa_verify_main', args: probeArguments(given), vars };
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
