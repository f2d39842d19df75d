import { basename } from 'node:path';
import { z } from 'zod';
import { pythonRegex } from '../../src/base/python-regex.ts';
import { failure, type ModuleResult } from '../../src/base/result.ts';
import * as args from '../shared/args.ts';
import { fnmatch } from '../shared/files/fnmatch.ts';
import { remote } from '../shared/remote.ts';
import { defineVerb, type TaskContext } from '../../src/verb/verb.ts';
import { describeEntry, type Entry, parseListing } from './entries.ts';

const schema = () =>
  z.strictObject({
    paths: args.list(args.str()),
    patterns: args.list(args.str()).default([]),
    excludes: args.list(args.str()).default([]),
    contains: args.str().optional(),
    read_whole_file: args.bool().default(false),
    file_type: args.choice(['any', 'directory', 'file', 'link']).default('file'),
    age: args.str().optional(),
    age_stamp: args.choice(['atime', 'ctime', 'mtime']).default('mtime'),
    size: args.str().optional(),
    recurse: args.bool().default(false),
    hidden: args.bool().default(false),
    follow: args.bool().default(false),
    get_checksum: args.bool().default(false),
    use_regex: args.bool().default(false),
    depth: args.int().optional(),
  });
type FindArgs = z.output<ReturnType<typeof schema>>;
type Filter = (entry: Entry) => boolean;

const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };
const BYTES: Readonly<Record<string, number>> = { b: 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3, t: 1024 ** 4 };

/** `3d`, `-2k`: a number with a unit, or undefined when it is none. */
function amount(text: string, units: Readonly<Record<string, number>>): number | undefined {
  const found = /^(-?\d+)([a-z])?$/.exec(text.toLowerCase());
  const unit = found?.[2] === undefined ? 1 : units[found[2]];
  return found && unit !== undefined ? Number(found[1]) * unit : undefined;
}

function nameFilter(given: FindArgs): Filter {
  const matcher = (pattern: string): ((name: string) => boolean) => {
    // Python's `match` begins at the start of the name but need not reach its end
    if (given.use_regex) return (name) => pythonRegex(pattern).exec(name)?.index === 0;
    const regex = fnmatch(pattern);
    return (name) => regex.test(name);
  };
  const wanted = given.patterns.map(matcher);
  const unwanted = given.excludes.map(matcher);
  return ({ path }) => {
    const name = basename(path);
    return (wanted.length === 0 || wanted.some((test) => test(name))) && !unwanted.some((test) => test(name));
  };
}

/** Negative: younger, smaller or equal; else older, larger or equal. */
const atLeast = (value: number, limit: number): boolean => (limit >= 0 ? value >= limit : value <= -limit);

function filters(given: FindArgs, now: number): Filter[] | ModuleResult {
  const out: Filter[] = [nameFilter(given)];
  if (!given.hidden) out.push(({ path }) => !basename(path).startsWith('.'));
  if (given.file_type !== 'any') out.push(({ stat }) => stat.type === given.file_type);
  if (given.age !== undefined) {
    const age = amount(given.age, SECONDS);
    if (age === undefined) return failure('failed to process age', { age: given.age });
    const stamp = given.age_stamp;
    out.push((entry) => atLeast(now - (stamp === 'mtime' ? entry.stat.mtime : entry[stamp]), age));
  }
  if (given.size !== undefined) {
    const size = amount(given.size, BYTES);
    if (size === undefined) return failure('failed to process size', { size: given.size });
    out.push(({ stat }) => stat.type !== 'file' || atLeast(stat.size, size));
  }
  return out;
}

interface More {
  readonly sum?: string;
  readonly content?: string;
}

async function readMore(paths: readonly string[], given: FindArgs, context: TaskContext): Promise<More[]> {
  const vars = { get_checksum: given.get_checksum, contents: given.contains !== undefined };
  const stdin = paths.map((path) => `${path}\n`).join('');
  const reply = await remote(context, { verb: 'find', fn: 'find_more', vars, stdin });
  const bytes = Buffer.from(reply.answer.stdoutBytes);
  let at = 0;
  return paths.map(() => {
    const end = bytes.indexOf(10, at);
    const [sum, size] = bytes.subarray(at, end).toString().split(' ');
    const from = end + 1;
    at = from + Math.max(Number(size), 0);
    return {
      sum: sum === '-' ? undefined : sum,
      content: Number(size) < 0 ? undefined : bytes.subarray(from, at).toString(),
    };
  });
}

function contains(given: FindArgs, content: string | undefined): boolean {
  if (given.contains === undefined) return true;
  if (content === undefined) return false;
  const regex = pythonRegex(given.contains);
  if (given.read_whole_file) return regex.test(content);
  return (content.match(/[^\n]*\n|[^\n]+$/g) ?? []).some((line) => regex.exec(line)?.index === 0);
}

export const verb = defineVerb({
  name: 'find',
  summary: 'Lists files of the host by name, age, size and content',
  args: schema,
  argAliases: { name: 'paths', path: 'paths', pattern: 'patterns', exclude: 'excludes' },
  beyond: [],
  check: 'full',
  diff: false,
  hostLocal: true,
  async run(given, context): Promise<ModuleResult> {
    const tests = filters(given, Math.floor(Date.now() / 1000));
    if (!Array.isArray(tests)) return tests;
    const depth = given.recurse ? given.depth : 1;
    const reply = await remote(context, { verb: 'find', vars: { paths: given.paths, follow: given.follow, depth } });
    if (!reply.ok) return reply.failed;
    const { entries, skipped, broken } = parseListing(reply.answer.stdout);
    for (const path of skipped)
      context.warn(`Skipped '${path}' path due to this access issue: '${path}' is not a directory\n`);
    if (broken > 0) context.warn(`names with a line break are left out, with what is below them: ${broken}`);
    let found = entries.filter((entry) => tests.every((test) => test(entry)));
    let more: More[] = [];
    if (given.contains !== undefined || given.get_checksum) {
      const files = found.filter(({ stat }) => stat.type === 'file');
      const known = await readMore(
        files.map(({ path }) => path),
        given,
        context,
      );
      const kept = files
        .map((file, at) => ({ file, more: known[at] }))
        .filter((item) => contains(given, item.more.content));
      const others = given.file_type === 'any' ? found.filter(({ stat }) => stat.type !== 'file') : [];
      found = [...kept.map(({ file }) => file), ...others];
      more = kept.map((item) => item.more);
    }
    const files = found.map((entry, at) => ({
      ...describeEntry(entry),
      ...(more[at]?.sum ? { checksum: more[at].sum } : {}),
    }));
    return {
      changed: false,
      files,
      matched: files.length,
      examined: entries.length,
      msg: skipped.length > 0 ? 'Not all paths examined, check warnings for details' : 'All paths examined',
      skipped_paths: Object.fromEntries(skipped.map((path) => [path, `'${path}' is not a directory`])),
    };
  },
});
