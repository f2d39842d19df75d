import { createHash } from 'node:crypto';
import { basename, isAbsolute } from 'node:path';
import { z } from 'zod';
import { failure, type ModuleResult } from '../../src/base/result.ts';
import * as args from '../shared/args.ts';
import { remote } from '../shared/remote.ts';
import { defineVerb, type TaskContext } from '../../src/verb/verb.ts';
import {
  crontabLines,
  crontabText,
  jobNames,
  variableNames,
  withJob,
  withoutJob,
  withoutVariable,
  withVariable,
} from './crontab.ts';

const schema = () =>
  z.strictObject({
    name: args.str(),
    user: args.str().optional(),
    job: args.str().optional(),
    cron_file: args.path().optional(),
    state: args.choice(['present', 'absent']).default('present'),
    backup: args.bool().default(false),
    minute: args.str().default('*'),
    hour: args.str().default('*'),
    day: args.str().default('*'),
    month: args.str().default('*'),
    weekday: args.str().default('*'),
    special_time: args.choice(['reboot', 'yearly', 'annually', 'monthly', 'weekly', 'daily', 'hourly']).optional(),
    disabled: args.bool().default(false),
    env: args.bool().default(false),
    insertafter: args.str().optional(),
    insertbefore: args.str().optional(),
  });
type CronArgs = z.output<ReturnType<typeof schema>>;

const FIELDS = ['minute', 'hour', 'day', 'month', 'weekday'] as const;

function objection(given: CronArgs): string | undefined {
  const { insertafter, insertbefore } = given;
  if (insertafter !== undefined && insertbefore !== undefined) {
    return 'parameters are mutually exclusive: insertafter|insertbefore';
  }
  if (given.cron_file === '/etc/crontab') return 'Will not manage /etc/crontab via cron_file, see documentation.';
  if (given.special_time !== undefined && FIELDS.some((field) => given[field] !== '*')) {
    return 'You must specify time and date fields or special time.';
  }
  if ([given.name, given.user, ...FIELDS.map((field) => given[field])].some((text) => text?.includes('\n'))) {
    return 'name, user or a time field holds a line break';
  }
  if (given.env && given.name.includes(' ')) return 'Invalid name for environment variable';
  if (given.state === 'absent') return undefined;
  if (given.cron_file !== undefined && given.user === undefined) {
    return 'To use cron_file=... parameter you must specify user=... as well';
  }
  if (given.job === undefined) return "You must specify 'job' to install a new cron job or variable";
  if (!given.env && (insertafter ?? insertbefore) !== undefined) {
    return 'Insertafter and insertbefore parameters are valid only with env=yes';
  }
  return given.job.replace(/^[\r\n]+|[\r\n]+$/g, '').match(/[\r\n]/)
    ? 'job holds a line break, which cron cannot'
    : undefined;
}

/** The line of the table: schedule, user (in files of /etc/cron.d) and command. */
function jobLine(given: CronArgs): string {
  const schedule = given.special_time ? `@${given.special_time}` : FIELDS.map((field) => given[field]).join(' ');
  const words = [
    schedule,
    ...(given.cron_file ? [given.user] : []),
    (given.job ?? '').replace(/^[\r\n]+|[\r\n]+$/g, ''),
  ];
  return `${given.disabled ? '#' : ''}${words.join(' ')}`;
}

/** The table as it is to be; undefined when a variable to stand beside is missing. */
function edited(lines: readonly string[], given: CronArgs): string[] | undefined {
  const { name, env, state, insertafter, insertbefore } = given;
  if (state === 'absent') return env ? withoutVariable(lines, name) : withoutJob(lines, name);
  if (env) return withVariable(lines, name, given.job ?? '', { after: insertafter, before: insertbefore });
  return withJob(lines, { name, line: jobLine(given) });
}

async function write(
  given: CronArgs,
  old: string,
  text: string,
  vars: Record<string, string | undefined>,
  context: TaskContext,
): Promise<ModuleResult> {
  const remove = given.cron_file !== undefined && given.state === 'absent' && text.trim() === '';
  const sum = createHash('sha1').update(old).digest('hex');
  const reply = await remote(context, {
    verb: 'cron',
    fn: 'cron_write',
    vars: { ...vars, old: sum, backup: given.backup, remove },
    stdin: text,
  });
  if (!reply.ok) return reply.answer.rc === 75 ? { ...reply.failed, code: 'E_EDIT_CONFLICT' } : reply.failed;
  const backup = reply.said.get('backup_file');
  return backup ? { backup_file: backup } : {};
}

export const verb = defineVerb({
  name: 'cron',
  summary: 'Makes sure that a cron job or variable is, or is not, in a crontab',
  args: schema,
  argAliases: { value: 'job', dom: 'day', dow: 'weekday' },
  beyond: [],
  check: 'full',
  diff: true,
  hostLocal: true,
  async run(given, context): Promise<ModuleResult> {
    const wrong = objection(given);
    if (wrong !== undefined) return failure(wrong);
    const { cron_file, user } = given;
    const warnings: string[] = [];
    if (cron_file !== undefined && !/^[A-Z0-9_-]+$/i.test(basename(cron_file))) {
      warnings.push(
        `Filename portion of cron_file ("${basename(cron_file)}") should consist solely of upper- and lower-case letters, digits, underscores, and hyphens`,
      );
    }
    const path = cron_file === undefined || isAbsolute(cron_file) ? cron_file : `/etc/cron.d/${cron_file}`;
    const vars = { user, cron_file: path };
    const reply = await remote(context, { verb: 'cron', fn: 'cron_read', vars });
    if (!reply.ok) return reply.failed;
    const before = crontabLines(reply.text);
    const after = edited(before, given);
    if (!after) return failure(`Variable named '${given.insertafter ?? given.insertbefore}' not found.`);
    const text = crontabText(after);
    const isWhole = reply.text === '' || reply.text.endsWith('\n');
    const changed = !isWhole || after.length !== before.length || after.some((line, at) => line !== before[at]);
    const result: ModuleResult = { changed, jobs: jobNames(after), envs: variableNames(after), warnings };
    if (cron_file !== undefined) result['cron_file'] = cron_file;
    if (changed && context.diff) {
      const header = path ?? (user ? `crontab for user "${user}"` : 'crontab');
      result.diff = { before: crontabText(before), after: text, before_header: header, after_header: header };
    }
    if (!changed || context.check) return result;
    const written = await write(given, reply.text, text, vars, context);
    return written.failed ? written : { ...result, ...written };
  },
});
