import { z } from 'zod';
import { failure, type ModuleResult } from '../../src/base/result.ts';
import * as args from '../shared/args.ts';
import { editFile } from '../shared/files/edit.ts';
import { defineVerb } from '../../src/verb/verb.ts';
import { editIni } from './ini.ts';

const schema = () =>
  z.strictObject({
    path: args.path(),
    section: args.str().optional(),
    option: args.str().optional(),
    value: args.str().optional(),
    values: args.list(args.str()).optional(),
    backup: args.bool().default(false),
    state: args.choice(['absent', 'present']).default('present'),
    exclusive: args.bool().default(true),
    no_extra_spaces: args.bool().default(false),
    ignore_spaces: args.bool().default(false),
    create: args.bool().default(true),
    allow_no_value: args.bool().default(false),
    modify_inactive_option: args.bool().default(true),
    follow: args
      .bool()
      .refine((on) => on, 'links are always followed')
      .default(true),
    ...args.fileAttributes,
  });

export const verb = defineVerb({
  name: 'ini_file',
  aliases: ['community.general.ini_file'],
  summary: 'Sets or removes options in INI files',
  args: schema,
  argAliases: { dest: 'path' },
  beyond: [],
  check: 'full',
  diff: true,
  hostLocal: true,
  async run(given, context): Promise<ModuleResult> {
    const { path, state, option, value, backup, create } = given;
    if (value !== undefined && given.values !== undefined)
      return failure('parameters are mutually exclusive: value|values');
    const values = given.values ?? (value === undefined ? [] : [value]);
    if (state === 'present' && option !== undefined && values.length === 0 && !given.allow_no_value) {
      return failure("Parameter 'value(s)' must be defined if state=present and allow_no_value=False.");
    }
    if ([given.section, option, ...values].some((text) => text?.includes('\n')))
      return failure('section, option or value holds a line break');
    const edit = {
      section: given.section ?? '',
      option,
      values,
      state,
      exclusive: given.exclusive,
      noExtraSpaces: given.no_extra_spaces,
      ignoreSpaces: given.ignore_spaces,
      modifyInactive: given.modify_inactive_option,
    };
    const result = await editFile({ path, create, backup, attributes: given }, (text) => editIni(text, edit), context);
    if (result.failed) return { ...result, path };
    const { backup: copied, ...rest } = result;
    return { ...rest, path, ...(copied ? { backup_file: copied } : {}) };
  },
});
