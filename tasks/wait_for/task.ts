import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { pythonRegex } from '../../src/base/python-regex.ts';
import { failure, type ModuleResult } from '../../src/base/result.ts';
import * as args from '../shared/args.ts';
import { COMMAND_SH } from '../shared/command.ts';
import { verbScript } from '../shared/answer.ts';
import { defineVerb, type TaskContext } from '../../src/verb/verb.ts';

/** https://docs.kernel.org/networking/proc_net_tcp.html, include/net/tcp_states.h */
const STATES: Readonly<Record<string, string>> = {
  ESTABLISHED: '01',
  SYN_SENT: '02',
  SYN_RECV: '03',
  FIN_WAIT1: '04',
  FIN_WAIT2: '05',
  TIME_WAIT: '06',
};
const ACTIVE = ['ESTABLISHED', 'FIN_WAIT1', 'FIN_WAIT2', 'SYN_RECV', 'SYN_SENT', 'TIME_WAIT'];

const schema = () =>
  z.strictObject({
    host: args.str().default('127.0.0.1'),
    port: args.int().optional(),
    path: args.path().optional(),
    state: args.choice(['absent', 'drained', 'present', 'started', 'stopped']).default('started'),
    search_regex: args.str().optional(),
    timeout: args.int().default(300),
    connect_timeout: args.int().default(5),
    delay: args.int().default(0),
    sleep: args.int().default(1),
    msg: args.str().optional(),
    active_connection_states: args.list(args.str()).default(ACTIVE),
    exclude_hosts: args.list(args.str()).optional(),
  });
type Args = z.output<ReturnType<typeof schema>>;

/** What one look found: whether to stop waiting, and values for the result. */
interface Look {
  readonly isOver: boolean;
  readonly more?: Partial<ModuleResult>;
}

async function ask(
  given: Args,
  fn: string,
  context: TaskContext,
): Promise<{ state: string; content: string; lines: string[] }> {
  const answer = await context.call({
    scripts: [COMMAND_SH, verbScript('wait_for')],
    fn,
    vars: {
      path: given.path ?? '',
      host: given.host,
      port: String(given.port ?? ''),
      seconds: String(Math.max(1, given.connect_timeout)),
      content: given.search_regex === undefined ? '' : '1',
    },
  });
  const gap = answer.stdout.indexOf('\n\n');
  const head = gap < 0 ? answer.stdout : answer.stdout.slice(0, gap);
  const state = /^state=(.*)$/m.exec(head)?.[1] ?? '';
  return { state, content: gap < 0 ? '' : answer.stdout.slice(gap + 2), lines: answer.stdout.split('\n') };
}

function matched(regex: string, content: string): Look {
  const found = pythonRegex(regex, { multiline: true }).exec(content);
  if (!found) return { isOver: false };
  const groups = found.slice(1).map((group) => group ?? null);
  return { isOver: true, more: { match_groups: groups, match_groupdict: { ...found.groups } } };
}

async function lookAtPath(given: Args, context: TaskContext): Promise<Look> {
  const { state, content } = await ask(given, 'wait_for_path', context);
  if (given.state === 'absent') return { isOver: state === 'absent' };
  if (state === 'absent') return { isOver: false };
  if (given.search_regex === undefined) return { isOver: true, more: { state } };
  const look = matched(given.search_regex, content);
  return look.isOver ? { ...look, more: { ...look.more, state } } : look;
}

async function lookAtPort(given: Args, context: TaskContext): Promise<Look> {
  if (given.state === 'drained') return { isOver: (await active(given, context)) === 0 };
  const { state, content } = await ask(given, 'wait_for_port', context);
  if (state === 'unknown') {
    return {
      isOver: true,
      more: failure(`nothing on this host can connect to ${given.host}:${given.port}`, {
        code: 'E_WAIT_FOR_TOOL',
        remedy: 'install bash or nc on the host, or use delegate_to: localhost',
      }),
    };
  }
  if (given.state === 'absent' || given.state === 'stopped') return { isOver: state === 'closed' };
  if (state !== 'open') return { isOver: false };
  return given.search_regex === undefined ? { isOver: true } : matched(given.search_regex, content);
}

/** An IPv4 address as /proc/net/tcp writes it on a little-endian machine, plain and mapped into IPv6. */
function procAddresses(address: string): string[] {
  const bytes = address.split('.').map(Number);
  if (bytes.length !== 4) return [];
  const hex = [...bytes]
    .reverse()
    .map((byte) => byte.toString(16).padStart(2, '0').toUpperCase())
    .join('');
  return [hex, `0000000000000000FFFF0000${hex}`];
}

async function active(given: Args, context: TaskContext): Promise<number> {
  const { lines } = await ask(given, 'wait_for_connections', context);
  const wanted = new Set(given.active_connection_states.map((name) => STATES[name]));
  const left = new Set((given.exclude_hosts ?? []).flatMap(procAddresses));
  return lines.map((line) => line.split(' ')).filter(([address, state]) => wanted.has(state) && !left.has(address))
    .length;
}

function mistake(given: Args): string | undefined {
  const { path, port, state } = given;
  if (path !== undefined && port !== undefined) return 'port and path parameter can not both be passed to wait_for';
  if (path !== undefined && (state === 'stopped' || state === 'drained')) {
    return `state=${state} should only be used for checking a port in the wait_for module`;
  }
  if (given.exclude_hosts && state !== 'drained') return 'exclude_hosts should only be with state=drained';
  const unknown = given.active_connection_states.find((name) => !STATES[name]);
  return unknown === undefined ? undefined : `unknown active_connection_state (${unknown}) defined`;
}

function timeoutText(given: Args): string {
  const { path, host, port, search_regex: regex, state } = given;
  const what = path ?? `${host}:${port}`;
  if (state === 'drained') return `Timeout when waiting for ${what} to drain`;
  if (state === 'absent' || state === 'stopped') {
    return `Timeout when waiting for ${what} ${path === undefined ? 'to stop.' : 'to be absent.'}`;
  }
  if (regex !== undefined) return `Timeout when waiting for search string ${regex} in ${what}`;
  return `Timeout when waiting for ${path === undefined ? what : `file ${what}`}`;
}

export const verb = defineVerb({
  name: 'wait_for',
  summary: 'Waits for a port, a file or a text',
  args: schema,
  beyond: [],
  check: 'none',
  diff: false,
  async run(given, context) {
    const wrong = mistake(given);
    if (wrong) return failure(wrong, { elapsed: 0 });
    const begun = performance.now();
    const elapsed = (): number => Math.floor((performance.now() - begun) / 1000);
    const pause = (seconds: number): Promise<void> => sleep(seconds * 1000, undefined, { signal: context.signal });
    const { state, port, path, search_regex } = given;
    const base: ModuleResult = {
      changed: false,
      state,
      port: port ?? null,
      path: path ?? null,
      search_regex: search_regex ?? null,
      match_groups: [],
      match_groupdict: {},
    };
    if (given.delay > 0) await pause(given.delay);
    if (port === undefined && path === undefined) {
      await pause(given.timeout);
      return { ...base, elapsed: elapsed() };
    }
    while (performance.now() - begun < given.timeout * 1000) {
      const look = await (path === undefined ? lookAtPort(given, context) : lookAtPath(given, context));
      if (look.isOver) return { ...base, ...look.more, elapsed: elapsed() };
      context.progress(`waiting for ${path ?? `${given.host}:${port}`}`, elapsed() / given.timeout);
      await pause(given.sleep);
    }
    return failure(given.msg ?? timeoutText(given), { elapsed: elapsed() });
  },
});
