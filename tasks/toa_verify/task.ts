import { z } from 'zod';
import { failure, type ModuleResult } from '../../src/base/result.ts';
import * as args from '../shared/args.ts';
import { Answer, failedCall, verbScript } from '../shared/answer.ts';
import { wrongKinds } from '../shared/receiver/kinds.ts';
import { FILE_SCRIPTS } from '../shared/files/files.ts';
import { archOf, callWithProgram, parseJson, program, TOA_SH } from '../shared/receiver/programs.ts';
import { shellVars } from '../shared/remote.ts';
import { defineVerb, type TaskContext } from '../../src/verb/verb.ts';
import { hostVerdict } from './services.ts';
import { verdict } from './verdict.ts';

const SCRIPTS = [verbScript('shared/receiver', 'listeners.sh'), verbScript('toa_verify')];

const schema = () =>
  z.strictObject({
    /** Cases of the own listeners to try; empty: all. */
    only: args.list(args.str()).default([]),
    vendor: args.list(args.str()).default(['default']),
    /** Services of the host that have to show the client too, beside own listeners. */
    ports: args.list(args.int().pipe(z.number().min(1).max(65_535))).default([]),
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

/** Writes down on the host what its proof came to, where more decided than the probe's own word. */
async function keep(result: ModuleResult, context: TaskContext): Promise<void> {
  // a probe that could not work proved nothing, neither way
  if (!Array.isArray(result['cases']) || result['cases'].length === 0) return;
  const [shown, expected] = [result['proven'] ?? result['shown'], result['proven'] ?? result['expected']];
  const number = (value: unknown): number => (typeof value === 'number' ? value : 0);
  const words = `"ok":${result.failed !== true},"shown":${number(shown)},"expected":${number(expected)}`;
  await context.call({ scripts: [...FILE_SCRIPTS, TOA_SH, ...SCRIPTS], fn: 'toa_verify_record', args: [words] });
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
    if (given.port && given.ports.length > 0) return failure('parameters are mutually exclusive: port|ports');
    const which = await program('toa-probe', archOf(context), context);
    const self = given.port === undefined;
    // one service, or some of the cases, prove less than the host; a check leaves nothing behind
    const record = self && given.only.length === 0 && !context.check;
    const vars = shellVars({
      ports: given.ports.join(' '),
      timeout: given.timeout,
      self: self,
      record: record,
    });
    const call = { scripts: SCRIPTS, fn: 'toa_verify_main', args: probeArguments(given), vars };
    const answer = await callWithProgram(which, call, context);
    if (answer.rc !== 0) return failedCall(answer);
    const said = new Answer(answer.stdout);
    const report = parseJson(said.get('report'));
    if (Object.keys(report).length === 0) {
      return failure('the probe gave no answer', {
        code: 'E_TOA_PROBE_SILENT',
        remedy: 'run `toa-probe self` on the host by hand',
      });
    }
    if (!self) return verdict(report);
    const result = hostVerdict(said);
    if (record && !said.is('kept')) await keep(result, context);
    return result;
  },
});
