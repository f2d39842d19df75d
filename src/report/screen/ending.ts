import type { HostCounters } from '../../engine/events.ts';
import type { Paint } from '../colors.ts';
import { plain } from '../colors.ts';
import { duration } from '../duration.ts';
import { padded, widthOf } from '../width.ts';
import { type Failure, failureLines, isWell, recapLines, type RepeatHint } from '../recap.ts';

/** Up to so many hosts each gets its recap line; beyond, only those with problems do. */
const ALL_LISTED = 20;

/** A recap line that fits: counters that are zero go when the terminal is too narrow for all seven. */
function fitted(line: string, bare: string, columns: number): string {
  if (widthOf(bare.trimEnd()) <= columns) return line.trimEnd();
  return line.replace(/ \w+=0 *(?= |$)/g, '').trimEnd();
}

export interface Ending {
  readonly columns: number;
  readonly paint: Paint;
  readonly repeatHint?: RepeatHint;
  /** Tasks of all plays, and milliseconds of the whole run. */
  readonly tasks: number;
  readonly milliseconds: number;
}

/** The last lines on the screen: recap and, for each failed host, what to do. Reads well at 3 and at 300 hosts. */
export function endingLines(
  hosts: ReadonlyMap<string, HostCounters>,
  failures: Iterable<Failure>,
  { columns, paint, repeatHint, tasks, milliseconds }: Ending,
): string[] {
  const well = [...hosts].filter(([, counters]) => isWell(counters));
  const listed = hosts.size <= ALL_LISTED ? hosts : new Map([...hosts].filter(([, counters]) => !isWell(counters)));
  const bare = recapLines(listed, plain, padded);
  const lines = recapLines(listed, paint, padded).map((line, index) => fitted(line, bare[index], columns));
  if (hosts.size > ALL_LISTED) {
    const changed = well.filter(([, counters]) => counters.changed > 0).length;
    lines.push(paint('ok', `${well.length} of ${hosts.size} hosts all well, ${changed} of them changed`));
  }
  const all = `${tasks} tasks on ${hosts.size} hosts, ${duration(milliseconds)} in all`;
  return ['', ...lines, '', ...failureLines(failures, hosts, paint, repeatHint), all];
}
