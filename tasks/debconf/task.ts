import { z } from 'zod';
import { failure } from '../../src/base/result.ts';
import * as args from '../shared/args.ts';
import { remote } from '../shared/remote.ts';
import { defineVerb } from '../../src/verb/verb.ts';

const TYPES = [
  'boolean',
  'error',
  'multiselect',
  'note',
  'password',
  'seen',
  'select',
  'string',
  'text',
  'title',
] as const;

export const verb = defineVerb({
  name: 'debconf',
  summary: 'Answers a question of a Debian package beforehand',
  args: () =>
    z.strictObject({
      name: args.str(),
      question: args.str().optional(),
      vtype: args.choice(TYPES).optional(),
      value: args.str().optional(),
      unseen: args.bool().default(false),
    }),
  argAliases: { pkg: 'name', selection: 'question', setting: 'question', answer: 'value' },
  beyond: [],
  check: 'full',
  diff: true,
  async run(given, context) {
    const { name, question, vtype } = given;
    if (question !== undefined && (vtype === undefined || given.value === undefined)) {
      return failure('when supplying a question you must supply a valid vtype and value');
    }
    // YAML made a boolean of `true`; debconf's are in lower case
    const value = vtype === 'boolean' ? (given.value ?? '').toLowerCase() : (given.value ?? '');
    if (/\n/.test([name, question, value].join(''))) return failure('an argument holds a line break');
    const reply = await remote(context, { verb: 'debconf', vars: { ...given, value }, pipelined: true });
    if (!reply.ok) return reply.failed;
    const { said } = reply;
    const pairs = said
      .all('question')
      .map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()]);
    const current = Object.fromEntries(pairs) as Record<string, string>;
    if (question === undefined) return { changed: false, msg: '', current };
    const secret = vtype === 'password';
    const before = { [question]: secret ? '***' : (said.get('before') ?? '') };
    const after = { [question]: secret ? '***' : value };
    const changed = said.is('changed');
    const diff = changed
      ? { diff: { before: `${JSON.stringify(before)}\n`, after: `${JSON.stringify(after)}\n` } }
      : {};
    return { changed, msg: '', current: changed ? { ...current, ...after } : current, previous: current, ...diff };
  },
});
