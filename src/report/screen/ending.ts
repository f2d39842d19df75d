import type { HostCounters } from '../../engine/events.ts';
import type { Paint } from '../colors.ts';
import { plain } from '../colors.ts';
import { widthOf } from '../width.ts';
import { type Failure, failureLines, isWell, recapLines } from '../recap.ts';

/** Up to so many hosts each gets its recap line; beyond, only those with problems do. */
const ALL_LISTED = 20;

/** A recap line that fits: counters that are zero go when the terminal is too narrow for all seven. */
function fitted(line: string, bare: string, columns: number): string {
  if (widthOf(bare.trimEnd()) <= columns) return line.trimEnd();
  return line.replace(/ \w+=0 *(?= |$)/g, '').trimEnd();
}

/** The last lines on the screen: recap and, for each failed host, what to do. Reads well at 3 and at 300 hosts. */
export function endingLines(
  hosts: ReadonlyMap<string, HostCounters>,
  failures: Iterable<Failure>,
  columns: number,
  paint: Paint,
): string[] {
  const well = [...hosts].filter(([, counters]) => isWell(counters));
  const listed = hosts.size <= ALL_LISTED ? hosts : new Map([...hosts].filter(([, counters]) => !isWell(counters)));
  const bare = recapLines(listed, plain);
  const lines = recapLines(listed, paint).map((line, index) => fitted(line, bare[index], columns));
  if (hosts.size > ALL_LISTED) {
    const changed = well.filter(([, counters]) => counters.changed > 0).length;
    lines.push(paint('ok', `${well.length} of ${hosts.size} hosts all well, ${changed} of them changed`));
  }
  return ['', ...lines, '', ...failureLines(failures, hosts, paint)];
}
