import cliTruncate from 'cli-truncate';
import { visible } from '../../base/visible.ts';
import type { CurrentTask, RunningHost, ScreenModel } from './model.ts';

const BAR_WIDTH = 20;

/** One line of the screen, whatever a host put into it: the renderer counts on one line that is not too wide. */
function clip(line: string, columns: number): string {
  return cliTruncate(visible(line).replaceAll('\n', '\\n').replaceAll('\t', ' '), columns);
}

function bar(fraction: number): string {
  const full = Math.round(Math.min(1, Math.max(0, fraction)) * BAR_WIDTH);
  return `[${'█'.repeat(full)}${'·'.repeat(BAR_WIDTH - full)}] ${String(Math.round(fraction * 100)).padStart(3)}%`;
}

function seconds(milliseconds: number): string {
  const whole = Math.floor(milliseconds / 1000);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, '0')} s`;
}

function hostLine(host: RunningHost, now: number): string {
  const progress = host.fraction === undefined ? '' : ` ${bar(host.fraction)}`;
  return `    ${host.host}${progress} ${host.text}`.trimEnd().concat(`  ${seconds(now - host.since)}`);
}

function taskLines(task: CurrentTask, now: number, room: number): string[] {
  const { counts, total } = task;
  const done = Object.values(counts).reduce((sum, n) => sum + n, 0);
  const head = `▸ ${task.info.name}  ${bar(total === 0 ? 1 : done / total)}  ${done}/${total} hosts  ${seconds(now - task.startedAt)}`;
  const oldest = [...task.running.values()].sort((a, b) => a.since - b.since);
  const shown = oldest.slice(0, Math.max(0, room - 1));
  const lines = [head, ...shown.map((host) => hostLine(host, now))];
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
  return tasks.flatMap((task) => taskLines(task, now, room)).map((line) => clip(line, columns));
}
