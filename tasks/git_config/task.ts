import { z } from 'zod';
import { failure, type ModuleResult } from '../../src/base/result.ts';
import * as args from '../shared/args.ts';
import { commandLine, PROGRAM_SH, programResult } from '../shared/program.ts';
import { remote } from '../shared/remote.ts';
import { defineVerb } from '../../src/verb/verb.ts';

const schema = () =>
  z.strictObject({
    name: args.str().optional(),
    value: args.str().optional(),
    state: args.choice(['present', 'absent']).default('present'),
    scope: args.choice(['file', 'local', 'global', 'system']).optional(),
    file: args.path().optional(),
    repo: args.path().optional(),
    list_all: args.bool().default(false),
  });
type GitConfig = z.output<ReturnType<typeof schema>>;

/** What a scope is nothing without. */
const NEEDS: Readonly<Record<string, 'file' | 'repo' | undefined>> = { file: 'file', local: 'repo' };

/** What is wrong with the arguments, in Ansible's words where it has some. */
function objection({ name, scope, list_all, ...given }: GitConfig): string | undefined {
  if (list_all && name !== undefined) return 'parameters are mutually exclusive: list_all|name';
  const needs = NEEDS[scope ?? ''];
  if (needs && given[needs] === undefined) return `scope is ${scope} but all of the following are missing: ${needs}`;
  if (list_all) return undefined;
  if (!name) return 'one of the following is required: list_all, name';
  if (name.startsWith('-') || /[\n\0]/.test(name)) return `'${name}' is not the name of a setting`;
  return given.value?.includes('\0') ? 'value holds a NUL' : undefined;
}

/** Settings out of `git config -z -l`; the last value of a name counts, and one without a value is empty. */
function settings(text: string): Record<string, string> {
  const pairs = text.split('\0').filter((entry) => entry !== '');
  return Object.fromEntries(
    pairs.map((entry) => {
      const at = entry.indexOf('\n');
      return at < 0 ? [entry, ''] : [entry.slice(0, at), entry.slice(at + 1)];
    }),
  );
}

function words({ name = '', value = '', state, scope, file = '' }: GitConfig): string[] {
  const where = scope === 'file' ? ['-f', file] : [`--${scope}`];
  const what = state === 'absent' ? ['--unset', name] : [name, value].filter((word) => word !== '');
  return ['git', 'config', '--includes', ...where, ...what];
}

/** What a setting was and is. */
function changeOf(given: GitConfig, old: string): ModuleResult {
  const header = commandLine(words({ ...given, value: '' }));
  const after = given.state === 'absent' ? '' : given.value;
  return {
    changed: true,
    msg: 'setting changed',
    diff: { before_header: header, before: `${old}\n`, after_header: header, after: `${after}\n` },
  };
}

export const verb = defineVerb({
  name: 'git_config',
  aliases: ['community.general.git_config'],
  summary: 'Reads, sets or removes settings of git',
  args: schema,
  beyond: [],
  check: 'full',
  diff: true,
  hostLocal: true,
  async run(asked, context) {
    const wrong = objection(asked);
    if (wrong !== undefined) return failure(wrong);
    const given = { ...asked, scope: asked.scope ?? (asked.list_all ? undefined : ('system' as const)) };
    const reply = await remote(context, { verb: 'git_config', vars: given, scripts: [PROGRAM_SH] });
    if (!reply.ok) return programResult(reply, given.list_all ? {} : { cmd: words(given) });
    if (given.list_all) return { changed: false, msg: '', config_values: settings(reply.text) };
    const old = reply.said.get('before') ?? '';
    if (reply.said.is('changed')) return changeOf(given, old);
    if (given.state === 'absent') return { changed: false, msg: 'no setting to unset' };
    return { changed: false, msg: '', ...(given.value ? {} : { config_value: old }) };
  },
});
