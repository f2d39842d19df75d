import { sidesOf } from '../../src/base/host-text.ts';
import { z } from 'zod';
import { failure, type ModuleResult } from '../../src/base/result.ts';
import * as args from '../shared/args.ts';
import { type Edit, editFile, linesOf } from '../shared/files/edit.ts';
import { verbScript } from '../shared/answer.ts';
import { defineVerb } from '../../src/verb/verb.ts';

const schema = () =>
  z.strictObject({
    name: args.str(),
    value: args.str().optional(),
    state: args.choice(['present', 'absent']).default('present'),
    reload: args.bool().default(true),
    ignoreerrors: args.bool().default(false),
    sysctl_file: args.path().default('/etc/sysctl.conf'),
    sysctl_set: args.bool().default(false),
  });

const words = (text: string): string => text.trim().split(/\s+/).join(' ');

/** Name and value of a line such as `net.ipv4.ip_forward = 1`, or undefined for others. */
function setting(line: string): { name: string; value: string } | undefined {
  const found = sidesOf(line.trimStart().replace(/^-/, ''));
  return found === undefined || /^[#;]/.test(found.name) ? undefined : found;
}

/** The text with exactly one line for the name, where the first one was, or with none. */
export function editSysctl(text: string, name: string, value: string | undefined): Edit {
  const lines = linesOf(text);
  const isOurs = (line: string): boolean => setting(line)?.name === name;
  const first = lines.findIndex(isOurs);
  if (value === undefined) {
    return first < 0 ? { msg: '' } : { msg: '', text: lines.filter((line) => !isOurs(line)).join('') };
  }
  if (first >= 0 && words(setting(lines[first])?.value ?? '') === value && lines.filter(isOurs).length === 1)
    return { msg: '' };
  const wanted = `${name}=${value}\n`;
  if (first >= 0) {
    return {
      msg: '',
      text: lines.flatMap((line, at) => (at === first ? [wanted] : isOurs(line) ? [] : [line])).join(''),
    };
  }
  const end = text === '' || text.endsWith('\n') ? '' : '\n';
  return { msg: '', text: `${text}${end}${wanted}` };
}

/** YAML's booleans become what the kernel takes. */
function kernelValue(value: string): string {
  if (/^(yes|true|on)$/i.test(value)) return '1';
  if (/^(no|false|off)$/i.test(value)) return '0';
  return words(value);
}

export const verb = defineVerb({
  name: 'sysctl',
  aliases: ['ansible.posix.sysctl'],
  summary: 'Sets a kernel parameter in a file, and in the kernel',
  args: schema,
  argAliases: { key: 'name', val: 'value' },
  beyond: [],
  check: 'full',
  diff: true,
  async run(given, context): Promise<ModuleResult> {
    const { state, sysctl_file, sysctl_set, ignoreerrors, reload } = given;
    const name = given.name.trim();
    if (name === '') return failure('name cannot be blank');
    if (/[^\w./:@-]/.test(name) || name.includes('..'))
      return failure(`'${name}' is not the name of a kernel parameter`);
    if (state === 'present' && given.value === undefined) return failure('value cannot be None');
    if (state === 'present' && given.value?.trim() === '') return failure('value cannot be blank');
    const value = kernelValue(given.value ?? '');
    // whether the kernel's value was another one (or would be changed, under --check)
    let isSet = false;
    const options = {
      path: sysctl_file,
      create: true,
      backup: false,
      attributes: {},
      scripts: [verbScript('sysctl')],
      vars: { name, value, state, sysctl_set, ignoreerrors, reload },
      prepare: 'sysctl_prepare',
      after: 'sysctl_after',
      always: (said: { get(key: string): string | undefined }) => {
        isSet = state === 'present' && sysctl_set && words(said.get('live') ?? '') !== value;
        return isSet;
      },
    };
    const edit = (text: string): Edit => editSysctl(text, name, state === 'present' ? value : undefined);
    const result = await editFile(options, edit, context);
    if (result.failed) return { ...result, name };
    return { changed: result.changed === true || isSet, ...(result.diff ? { diff: result.diff } : {}) };
  },
});
