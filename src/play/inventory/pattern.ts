import { ToaError } from '../../base/errors.ts';
import { pythonRegex } from '../../base/python-regex.ts';
import { globRegex } from '../../template/glob.ts';
import type { InventoryGroup, InventoryHost } from '../contract.ts';
import type { Sources } from '../sources.ts';
import { tryAddress } from './address.ts';

/** What a pattern is matched against. */
export interface PatternTarget {
  readonly hosts: ReadonlyMap<string, InventoryHost>;
  readonly groups: ReadonlyMap<string, InventoryGroup>;
  members(group: string): readonly string[];
  host(name: string): InventoryHost | undefined;
}

type Unmatched = ((part: string) => void) | undefined;
type Cache = Map<string, readonly string[]>;

const SUBSCRIPT = /^(.+)\[(?:(-?[0-9]+)|([0-9]+)[:-]([0-9]*))\]$/s;
const PARTS = /(?:[^\s:[\]]|\[[^\]]*\])+/g;
const LOCAL_NAMES = new Set(['127.0.0.1', 'localhost', '::1']);

/**
 * The parts of a host pattern: separated by commas, else by colons, except where the whole is an address (IPv6) or a
 * range (`web[0:2]`). See https://docs.ansible.com/ansible-core/2.14/inventory_guide/intro_patterns.html
 */
export function splitPattern(pattern: string | readonly string[]): string[] {
  if (typeof pattern !== 'string') return pattern.flatMap((part) => splitPattern(part));
  let parts: readonly string[];
  if (pattern.includes(',')) parts = pattern.split(',');
  else parts = tryAddress(pattern) ? [pattern] : (pattern.match(PARTS) ?? []);
  return parts.map((part) => part.trim()).filter((part) => part !== '');
}

/** Plain parts first, then `&`, then `!`; without a plain part the whole inventory is meant. */
function ordered(parts: readonly string[]): string[] {
  const plain = parts.filter((part) => !/^[!&]/.test(part));
  const both = parts.filter((part) => part.startsWith('&'));
  const not = parts.filter((part) => part.startsWith('!'));
  return [...(plain.length === 0 ? ['all'] : plain), ...both, ...not];
}

function tester(pattern: string): (name: string) => boolean {
  const isRegex = pattern.startsWith('~');
  try {
    const regex = isRegex ? pythonRegex(pattern.slice(1)) : globRegex(pattern);
    const anchored = isRegex ? new RegExp(`^(?:${regex.source})`, regex.flags) : regex;
    return (name) => anchored.test(name);
  } catch (cause) {
    throw new ToaError('E_PATTERN', `Invalid host list pattern: ${pattern}`, {
      remedy: isRegex ? `correct the regular expression: ${(cause as Error).message}` : 'correct the brackets',
      cause,
    });
  }
}

function matching(names: ReadonlyMap<string, unknown>, pattern: string): string[] {
  // fnmatch of a name without wildcards is equality: no need to look at 10,000 hosts.
  if (!/[*?[]/.test(pattern) && !pattern.startsWith('~')) return names.has(pattern) ? [pattern] : [];
  return [...names.keys()].filter(tester(pattern));
}

function enumerate(target: PatternTarget, pattern: string, unmatched: Unmatched): string[] {
  const groups = matching(target.groups, pattern);
  const out = new Set(groups.flatMap((group) => target.members(group)));
  if (groups.length === 0 || pattern.startsWith('~') || /[.?*[]/.test(pattern)) {
    for (const host of matching(target.hosts, pattern)) out.add(host);
  }
  const local = out.size === 0 && LOCAL_NAMES.has(pattern) ? target.host(pattern) : undefined;
  if (local) out.add(local.name);
  if (out.size === 0 && groups.length === 0 && pattern !== 'all') unmatched?.(pattern);
  return [...out];
}

function subscripted(hosts: string[], found: RegExpExecArray, pattern: string): string[] {
  if (hosts.length === 0) return hosts;
  const [, , single, start, end] = found;
  const begin = Number(single ?? start);
  // Ansible takes [x:0] for [x].
  if (single === undefined && Number(end || -1) !== 0) {
    return hosts.slice(begin, end === '' ? undefined : Number(end) + 1);
  }
  const host = hosts.at(begin);
  if (host !== undefined) return [host];
  throw new ToaError('E_PATTERN', `No hosts matched the subscripted pattern '${pattern}'`, {
    remedy: `the pattern names ${hosts.length} hosts; the first is [0]`,
  });
}

function matchOne(target: PatternTarget, part: string, unmatched: Unmatched): string[] {
  const pattern = part.replace(/^[!&]/, '');
  if (pattern === '') return [];
  const subscript = pattern.startsWith('~') ? null : SUBSCRIPT.exec(pattern);
  if (!subscript) return enumerate(target, pattern, unmatched);
  return subscripted(enumerate(target, subscript[1], unmatched), subscript, pattern);
}

function evaluate(target: PatternTarget, parts: readonly string[], unmatched: Unmatched): string[] {
  let hosts = new Set<string>();
  for (const part of ordered(parts.filter((each) => each !== ''))) {
    if (target.hosts.has(part)) {
      hosts.add(part);
      continue;
    }
    const these = new Set(matchOne(target, part, unmatched));
    if (part.startsWith('!')) hosts = new Set([...hosts].filter((host) => !these.has(host)));
    else if (part.startsWith('&')) hosts = new Set([...hosts].filter((host) => these.has(host)));
    else for (const host of these) hosts.add(host);
  }
  return [...hosts];
}

/**
 * The hosts that a pattern names, in order, each once.
 * @param cache results of patterns that matched, valid until the inventory changes
 * @throws ToaError E_PATTERN for a bad regular expression or an index beyond the end
 */
export function matchPatterns(
  target: PatternTarget,
  pattern: string | readonly string[],
  unmatched?: Unmatched,
  cache?: Cache,
): string[] {
  const parts = splitPattern(pattern);
  const key = parts.join(',');
  const known = cache?.get(key);
  if (known) return [...known];
  let isWhole = true;
  const hosts =
    parts.length === 0
      ? []
      : evaluate(target, parts, (part) => {
          isWhole = false;
          unmatched?.(part);
        });
  if (isWhole) cache?.set(key, hosts);
  return [...hosts];
}

/**
 * The parts of `--limit`. `@file` stands for the lines of a file, such as a retry file.
 * @param folder what a relative `@file` is relative to
 * @throws ToaError E_LIMIT_FILE when the file is missing or a folder
 */
export function readLimit(limit: string, sources: Pick<Sources, 'read' | 'kind'>, folder: string): string[] {
  return splitPattern(limit).flatMap((part) => {
    if (!part.startsWith('@')) return [part];
    const name = part.slice(1);
    const path = name.startsWith('/') ? name : `${folder}/${name}`;
    if (sources.kind(path) === 'directory') {
      throw new ToaError('E_LIMIT_FILE', `Limit starting with "@" must be a file, not a directory: ${name}`);
    }
    const data = sources.read(path);
    if (!data) {
      throw new ToaError('E_LIMIT_FILE', `Unable to find limit file ${name}`, {
        remedy: '-l @FILE wants a file with one host or pattern per line',
      });
    }
    const lines = new TextDecoder().decode(data).split('\n');
    return lines.map((line) => line.trim()).filter((line) => line !== '');
  });
}

/** Those of `hosts` that the parts of a limit (from `readLimit`) name. */
export function limitHosts(
  target: PatternTarget,
  hosts: readonly string[],
  limit: readonly string[],
  unmatched?: Unmatched,
): string[] {
  const allowed = new Set(evaluate(target, limit, unmatched));
  return hosts.filter((host) => allowed.has(host));
}
