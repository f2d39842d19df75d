import { z } from 'zod';
import { failure, type ModuleResult } from '../../src/base/result.ts';
import * as args from '../shared/args.ts';
import { editFile } from '../shared/files/edit.ts';
import { verbScript } from '../shared/answer.ts';
import { HTTP_SH, httpArguments, httpVars, statusText } from '../shared/http.ts';
import { remote } from '../shared/remote.ts';
import { defineVerb, type TaskContext } from '../../src/verb/verb.ts';
import { editKeys, type KeyLine, parseKey, splitOptions } from './keys.ts';

const schema = () =>
  z.strictObject({
    user: args.str(),
    key: args.str(),
    path: args.path().optional(),
    manage_dir: args.bool().default(true),
    state: args.choice(['present', 'absent']).default('present'),
    key_options: args.str().optional(),
    exclusive: args.bool().default(false),
    comment: args.str().optional(),
    validate_certs: args.bool().default(true),
    follow: args.bool().optional(),
  });
type KeyArgs = z.output<ReturnType<typeof schema>>;

/** The keys of the argument: text with one per line, or a URL that the host reads. */
async function keyText(given: KeyArgs, context: TaskContext): Promise<string | ModuleResult> {
  if (!/^(https?|ftp|file):\/\//.test(given.key.trim())) return given.key;
  const http = z.strictObject(httpArguments).parse({ url: given.key.trim(), validate_certs: given.validate_certs });
  const vars = httpVars(http, { method: 'GET', timeout: 30 });
  const reply = await remote(context, { verb: 'authorized_key', fn: 'authorized_key_text', scripts: [HTTP_SH], vars });
  if (!reply.ok) return failure(`Error getting key from: ${given.key}`, { stderr: reply.answer.stderr });
  const status = Number(reply.said.get('status'));
  if (status >= 300) return failure(`Error getting key from: ${given.key}`, { stderr: statusText(status, '') });
  return reply.text;
}

function wantedKeys(given: KeyArgs, text: string): KeyLine[] | ModuleResult {
  const out: KeyLine[] = [];
  for (const line of text.split('\n')) {
    if (line.trim() === '' || line.trim().startsWith('#')) continue;
    const parsed = parseKey(line);
    if (!parsed) return failure(`invalid key specified: ${line}`);
    const options = given.key_options === undefined ? parsed.options : splitOptions(given.key_options);
    out.push({ ...parsed, options, comment: given.comment ?? parsed.comment });
  }
  return out;
}

export const verb = defineVerb({
  name: 'authorized_key',
  aliases: ['ansible.posix.authorized_key'],
  summary: "Adds or removes keys in a user's authorized_keys",
  args: schema,
  beyond: [],
  check: 'full',
  diff: true,
  hostLocal: true,
  async run(given, context): Promise<ModuleResult> {
    if (!/^[^-:\s/][^:\s/]*$/.test(given.user)) return failure(`Failed to lookup user ${given.user}`);
    const text = await keyText(given, context);
    if (typeof text !== 'string') return text;
    const keys = wantedKeys(given, text);
    if (!Array.isArray(keys)) return keys;
    const options = {
      path: given.path ?? `~${given.user}/.ssh/authorized_keys`,
      create: true,
      backup: false,
      attributes: {},
      scripts: [verbScript('authorized_key')],
      vars: { user: given.user, manage_dir: given.manage_dir, state: given.state },
      prepare: 'authorized_key_prepare',
      after: 'authorized_key_after',
    };
    const { state, exclusive } = given;
    const edit = (now: string, exists: boolean): { msg: string; text?: string } => {
      const next = editKeys(now, { keys, state, exclusive });
      return next === now && (exists || next === '') ? { msg: '' } : { msg: '', text: next };
    };
    const result = await editFile(options, edit, context);
    if (result.failed) return result;
    const { user, key, key_options, comment, path, manage_dir } = given;
    const asked = { user, key, key_options: key_options ?? null, comment: comment ?? null, path: path ?? null };
    const diff = result.diff ? { diff: result.diff } : {};
    return { changed: result.changed, ...asked, state, exclusive, manage_dir, ...diff };
  },
});
