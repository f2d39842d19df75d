import cliTruncate from 'cli-truncate';
import { visible } from '../../base/visible.ts';
import { duration } from '../duration.ts';
import { widthOf } from '../width.ts';
import type { CurrentTask, RunningHost, ScreenModel } from './model.ts';

const BAR_WIDTH = 20;

/** A name is never cut to less. */
const SHORTEST = 8;

/** Whatever a host or a playbook put into it. */
const oneLine = (text: string): string => visible(text).replaceAll('\n', '\\n').replaceAll('\t', ' ');

/** One line of the screen: the renderer counts on one line that is not too wide. */
const clip = (line: string, columns: number): string => cliTruncate(oneLine(line), columns);

function bar(fraction: number): string {
  const full = Math.round(Math.min(1, Math.max(0, fraction)) * BAR_WIDTH);
  return `[${'█'.repeat(full)}${'·'.repeat(BAR_WIDTH - full)}] ${String(Math.round(fraction * 100)).padStart(3)}%`;
}

/** What has to stay, and before it as much of `words` as there is room for. */
export function fitted(lead: string, words: string, tail: string, columns: number): string {
  const room = Math.max(SHORTEST, columns - widthOf(lead) - widthOf(tail));
  return `${lead}${cliTruncate(oneLine(words), room)}${tail}`;
}

function hostLine(host: RunningHost, now: number, columns: number): string {
  const name = cliTruncate(oneLine(host.host), Math.max(SHORTEST, Math.floor(columns / 3)));
  const progress = host.fraction === undefined ? '' : ` ${bar(host.fraction)}`;
  const lead = `    ${name}${progress}${host.text ? ' ' : ''}`;
  return fitted(lead, host.text, `  ${duration(now - host.since)}`, columns);
}

function taskLines(task: CurrentTask, now: number, room: number, columns: number): string[] {
  const { counts, total } = task;
  const done = Object.values(counts).reduce((sum, n) => sum + n, 0);
  const number = task.number === undefined ? '' : `  task ${task.number}`;
  const tail = `  ${bar(total === 0 ? 1 : done / total)}  ${done}/${total} hosts  ${duration(now - task.startedAt)}${number}`;
  const head = fitted('▸ ', task.info.name, tail, columns);
  const oldest = [...task.running.values()].sort((a, b) => a.since - b.since);
  const shown = oldest.slice(0, Math.max(0, room - 1));
  const lines = [head, ...shown.map((host) => hostLine(host, now, columns))];
  if (oldest.length > shown.length) lines.push(`    and ${oldest.length - shown.length} more`);
  return lines;
}

/**
 * The live lines below the scrolled text: at most a third of the screen, the longest-waiting hosts first, so that the
 * same picture reads well at 3 and at 300 hosts.
 * @param now milliseconds since the run began
 */
export function frame(model: ScreenModel, columns: number, rows: number, now: number): string[] {
  const tasks = [...model.tasks.values()].filter((task) => task.running.size > 0).slice(0, 3);
  const room = Math.max(2, Math.floor(rows / 3 / Math.max(1, tasks.length)));
  return tasks.flatMap((task) => taskLines(task, now, room, columns)).map((line) => clip(line, columns));
}
