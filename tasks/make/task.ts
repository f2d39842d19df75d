import { z } from 'zod';
import { failure } from '../../src/base/result.ts';
import * as args from '../shared/args.ts';
import { commandLine, PROGRAM_SH, programResult } from '../shared/program.ts';
import { remote } from '../shared/remote.ts';
import { defineVerb } from '../../src/verb/verb.ts';

const TIMEOUT_MS = 3_600_000;

const schema = () =>
  z.strictObject({
    chdir: args.path(),
    target: args.str().optional(),
    params: args.dictArg().optional(),
    file: args.path().optional(),
    make: args.path().optional(),
    jobs: args.int().optional(),
  });
type Make = z.output<ReturnType<typeof schema>>;

/** A value as Python's str() writes it on make's command line. */
function valueText(value: unknown): string {
  if (value === null || value === undefined) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  return typeof value === 'object' ? JSON.stringify(value) : String(value as string | number);
}

function objection({ target, params = {} }: Make): string | undefined {
  if (target?.startsWith('-')) return `target begins with a dash: ${target}`;
  const odd = Object.keys(params).find((name) => !/^[^\s=:#-][^\s=:#]*$/.test(name));
  return odd === undefined ? undefined : `'${odd}' is not the name of a variable of make`;
}

export const verb = defineVerb({
  name: 'make',
  aliases: ['community.general.make'],
  summary: 'Makes targets of a Makefile',
  args: schema,
  beyond: [],
  check: 'full',
  diff: false,
  detachable: true,
  async run(given, context) {
    const wrong = objection(given);
    if (wrong !== undefined) return failure(wrong);
    const { chdir, target, file, jobs, params } = given;
    const set = Object.entries(params ?? {}).map(([name, value]) => `${name}=${valueText(value)}`);
    const vars = { chdir, target, file, jobs, make: given.make };
    const reply = await remote(context, {
      verb: 'make',
      vars,
      args: set,
      scripts: [PROGRAM_SH],
      timeoutMs: TIMEOUT_MS,
    });
    const options = [...(jobs === undefined ? [] : ['-j', String(jobs)]), ...(file === undefined ? [] : ['-f', file])];
    const command = commandLine([reply.said.get('make') ?? 'make', ...options, ...(target ? [target] : []), ...set]);
    if (!reply.ok) return programResult(reply, { cmd: command });
    return {
      changed: reply.said.is('changed'),
      chdir,
      command,
      file: file ?? null,
      jobs: jobs ?? null,
      params: params ?? null,
      target: target ?? null,
      stdout: reply.text.trimEnd(),
      stderr: reply.answer.stderr.trimEnd(),
    };
  },
});
