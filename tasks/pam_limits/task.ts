import { z } from 'zod';
import { failure } from '../../src/base/result.ts';
import * as args from '../shared/args.ts';
import { type Edit, editFile, linesOf } from '../shared/files/edit.ts';
import { defineVerb } from '../../src/verb/verb.ts';

const ITEMS = [
  'core',
  'data',
  'fsize',
  'memlock',
  'nofile',
  'rss',
  'stack',
  'cpu',
  'nproc',
  'as',
  'maxlogins',
  'maxsyslogins',
  'priority',
  'locks',
  'sigpending',
  'msgqueue',
  'nice',
  'rtprio',
  'chroot',
] as const;

const schema = () =>
  z.strictObject({
    domain: args.str(),
    limit_type: args.choice(['hard', 'soft', '-']),
    limit_item: args.choice(ITEMS),
    value: args.str(),
    use_max: args.bool().default(false),
    use_min: args.bool().default(false),
    comment: args.str().default(''),
    dest: args.path().default('/etc/security/limits.conf'),
    backup: args.bool().default(false),
  });
type Limit = z.output<ReturnType<typeof schema>>;

const isNumber = (text: string): boolean => /^-?\d+$/.test(text);
const UNLIMITED = new Set(['unlimited', 'infinity', '-1']);

/** The value to write, given what stands there: use_max and use_min keep the larger or smaller of the two. */
function chosen(limit: Limit, present: string): string {
  if (!limit.use_max && !limit.use_min) return limit.value;
  const size = (text: string): number => (UNLIMITED.has(text) ? Number.POSITIVE_INFINITY : Number(text));
  const isLarger = size(limit.value) > size(present);
  return isLarger === limit.use_max ? limit.value : present;
}

const lineOf = (limit: Limit, value: string): string =>
  `${limit.domain}\t${limit.limit_type}\t${limit.limit_item}\t${value}${limit.comment ? `\t#${limit.comment}` : ''}\n`;

/** The text with the limit in it: its line replaced, or a new one before the file's end mark (limits.conf(5)). */
export function editLimits(text: string, limit: Limit): Edit {
  const lines = linesOf(text);
  const wanted = [limit.domain, limit.limit_type, limit.limit_item];
  const at = lines.findIndex((line) => {
    const words = line.replace(/#.*/, '').trim().split(/\s+/);
    return words.length >= 4 && wanted.every((word, index) => words[index] === word);
  });
  if (at >= 0) {
    const present = lines[at].replace(/#.*/, '').trim().split(/\s+/)[3];
    const value = chosen(limit, present);
    if (value === present) return { msg: lines[at].trimEnd() };
    lines[at] = lineOf(limit, value);
    return { text: lines.join(''), msg: lines[at].trimEnd() };
  }
  const line = lineOf(limit, limit.value);
  const last = lines.at(-1);
  if (last !== undefined && !last.endsWith('\n')) lines[lines.length - 1] = `${last}\n`;
  const end = lines.findIndex((entry) => /^# End of file/i.test(entry));
  lines.splice(end >= 0 ? end : lines.length, 0, line);
  return { text: lines.join(''), msg: line.trimEnd() };
}

export const verb = defineVerb({
  name: 'pam_limits',
  aliases: ['community.general.pam_limits'],
  summary: 'Sets a limit of /etc/security/limits.conf',
  args: schema,
  beyond: [],
  check: 'full',
  diff: true,
  hostLocal: true,
  async run(limit, context) {
    const { value } = limit;
    if (!isNumber(value) && !UNLIMITED.has(value)) {
      return failure(
        "Argument 'value' can be one of 'unlimited', 'infinity', '-1' or positive number. Refer to manual pages for more details.",
      );
    }
    if (limit.use_max && limit.use_min) return failure('Cannot use use_min and use_max at the same time.');
    const { dest: path, backup } = limit;
    return editFile({ path, create: true, backup, attributes: {} }, (text) => editLimits(text, limit), context);
  },
});
