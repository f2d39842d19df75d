import type { ModuleResult } from '../../base/result.ts';
import type { Dict } from '../../base/value.ts';
import type { EngineEventBody, HostStatus, TaskInfo } from '../events.ts';

/** One run of a verb: the whole task, or one item of its loop. */
export interface ItemOutcome {
  readonly result: ModuleResult;
  readonly ignoreErrors: boolean;
  readonly ignoreUnreachable: boolean;
  readonly noLog: boolean;
  readonly delegateTo?: string;
  readonly delegateFacts: boolean;
  /** Rendered names of handlers to notify when the task changed something. */
  readonly notify: readonly string[];
  /** Loop variables of the item. */
  readonly loopVars?: Dict;
  readonly label?: string;
  /** A mistake in the task itself came before its verb ran; a loop ends there, as in Ansible. */
  readonly isBroken?: boolean;
}

/** What a task did on one host. */
export interface TaskOutcome {
  readonly result: ModuleResult;
  readonly items: readonly ItemOutcome[];
  readonly isLooped: boolean;
  readonly ignoreErrors: boolean;
  readonly ignoreUnreachable: boolean;
  readonly noLog: boolean;
  readonly delegateTo?: string;
  readonly milliseconds: number;
}

function items(result: ModuleResult): ModuleResult[] {
  const list = result['results'];
  return Array.isArray(list) ? (list as unknown[]).filter((item): item is ModuleResult => isRecord(item)) : [];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Map);
}

function flag(result: ModuleResult, key: string): boolean {
  if (key in result) return Boolean(result[key]);
  return items(result).some((item) => Boolean(item[key]));
}

/** failed_when decides over failed, as in Ansible. */
export function isFailed(result: ModuleResult): boolean {
  const byCondition = 'failed_when_result' in result || items(result).some((item) => 'failed_when_result' in item);
  return flag(result, byCondition ? 'failed_when_result' : 'failed');
}

export function isUnreachable(result: ModuleResult): boolean {
  return flag(result, 'unreachable');
}

export function isSkipped(result: ModuleResult): boolean {
  const list = items(result);
  return (list.length > 0 && list.every((item) => Boolean(item.skipped))) || Boolean(result.skipped);
}

export function statusOf(result: ModuleResult): HostStatus {
  if (isFailed(result)) return 'failed';
  if (isUnreachable(result)) return 'unreachable';
  if (isSkipped(result)) return 'skipped';
  return flag(result, 'changed') ? 'changed' : 'ok';
}

/** How an item is told. */
export function itemEvent(task: TaskInfo, host: string, item: ItemOutcome, status: HostStatus): EngineEventBody {
  return {
    type: 'host-item',
    task,
    host,
    label: item.label ?? '',
    delegatedTo: item.delegateTo,
    status,
    ignored: status === 'failed' ? item.ignoreErrors : status === 'unreachable' && item.ignoreUnreachable,
    result: item.result,
    hidden: item.noLog,
  };
}

/** What Python's str.splitlines takes for a line's end, beside CR LF. */
const LINE_ENDS = [0x0a, 0x0b, 0x0c, 0x0d, 0x1c, 0x1d, 0x1e, 0x85, 0x2028, 0x2029].map((c) => String.fromCharCode(c));
const LINE_END = new RegExp(`\\r\\n|[${LINE_ENDS.join('')}]`);

/** Python's str.splitlines, for stdout_lines. */
export function splitLines(text: string): string[] {
  const lines = text.split(LINE_END);
  if (lines[lines.length - 1] === '') lines.pop();
  return lines;
}

/** Adds what Ansible adds to every result. */
export function withLines(result: ModuleResult): ModuleResult {
  for (const name of ['stdout', 'stderr'] as const) {
    const text = result[name];
    if (typeof text === 'string' && !(`${name}_lines` in result)) result[`${name}_lines`] = splitLines(text);
  }
  return result;
}
