import { dumpJson } from '../base/python-json.ts';
import type { ModuleResult } from '../base/result.ts';
import { isMapping } from '../base/value.ts';

/** Keys that the result of a task holds for our own use, not for people. */
const INTERNAL = /^_(?:ansible|toa)_/;

/** How results are written: Ansible's JSON, or what `callback_result_format = yaml` asks for. */
export interface ResultFormat {
  /** YAML with literal blocks; given by the one who wires the program, since YAML belongs to templates. */
  readonly toYaml?: (result: Readonly<Record<string, unknown>>) => string;
}

/** Keys that say of a `debug` result what everyone knows; with `msg`, only DEBUG_SHOWN is left. */
const DEBUG_HIDDEN = ['changed', 'skip_reason', 'invocation'];
const DEBUG_SHOWN = new Set(['msg', 'exception', 'warnings', 'deprecations']);

/** What people are shown of a result. */
export function shownKeys(result: ModuleResult, action: string, verbosity: number): Record<string, unknown> {
  // the line's first word says failed and skipped
  const hidden = new Set<string>(['exception', 'failed', 'skipped']);
  if (verbosity < 3) hidden.add('invocation').add('diff');
  if (action === 'debug') for (const key of DEBUG_HIDDEN) hidden.add(key);
  const isMessage = action === 'debug' && 'msg' in result;
  return Object.fromEntries(
    Object.entries(result).filter(([key, value]) => {
      if (value === undefined || INTERNAL.test(key) || hidden.has(key)) return false;
      return !isMessage || DEBUG_SHOWN.has(key);
    }),
  );
}

/** A result as the default callback of ansible-playbook prints it: sorted JSON, indented when someone will read it. */
export function dumpResult(result: ModuleResult, action: string, verbosity: number, format: ResultFormat = {}): string {
  const left = shownKeys(result, action, verbosity);
  if (format.toYaml) return yamlText(left, format.toYaml);
  const readable = verbosity > 2 || isVerboseAlways(result, action);
  return dumpJson(left, { sortKeys: true, ensureAscii: false, ...(readable ? { indent: 4 } : {}) });
}

function yamlText(result: Record<string, unknown>, toYaml: NonNullable<ResultFormat['toYaml']>): string {
  for (const stream of ['stdout', 'stderr']) {
    if (stream in result && `${stream}_lines` in result) result[`${stream}_lines`] = '<omitted>';
  }
  return `\n${toYaml(result)
    .trimEnd()
    .replace(/^(?=.)/gm, '    ')}`;
}

/** What `set_stats` collected, one line per host and one for the run. @param custom Maps by host name, `_run` for the run */
export function customStatsLines(custom: ReadonlyMap<string, unknown>): string[] {
  const text = (value: unknown) =>
    dumpJson(value, { sortKeys: true, ensureAscii: false, indent: 1 }).replaceAll('\n', '');
  const hosts = [...custom.keys()].filter((name) => name !== '_run').sort();
  const lines = hosts.map((host) => `\t${host}: ${text(custom.get(host))}`);
  return custom.has('_run') ? [...lines, '', `\tRUN: ${text(custom.get('_run'))}`] : lines;
}

/** `debug` and `assert` print their result without -v. */
export function isVerboseAlways(result: ModuleResult, action: string): boolean {
  return result['_ansible_verbose_always'] === true || action === 'debug';
}

const lastLine = (text: unknown): string => (typeof text === 'string' ? (text.trim().split('\n').at(-1) ?? '') : '');

/** `'false' ended with rc 1: what it said last`. */
function commandLine({ cmd, rc, stderr, stdout }: ModuleResult): string {
  const command = Array.isArray(cmd) ? cmd.join(' ') : cmd;
  const said = lastLine(stderr) || lastLine(stdout);
  const head = typeof command === 'string' ? `'${cut(command.split('\n')[0], 120)}' ended with rc ${rc}` : `rc ${rc}`;
  return said ? `${head}: ${said}` : head;
}

const cut = (text: string, most: number): string => (text.length > most ? `${text.slice(0, most - 3)}...` : text);

/** The message of a result in one line, for the recap. */
export function headline(result: ModuleResult): string {
  const msg = result.msg ?? result.stderr ?? result['module_stderr'] ?? 'failed without a message';
  const text =
    typeof msg === 'string' ? msg : isMapping(msg) || Array.isArray(msg) ? dumpJson(msg) : JSON.stringify(msg);
  const [first] = String(text).trim().split('\n');
  return cut(first === 'non-zero return code' ? commandLine(result) : first, 300);
}
