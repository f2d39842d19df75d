import type { EngineEvent, Listener } from '../../engine/events.ts';
import { headline } from '../../report/result-text.ts';
import { lookingCommand, runFlags } from '../options.ts';
import { writeOutput } from '../output.ts';
import { parse } from '../parse.ts';
import { execute, prepare } from '../playbook.ts';
import { statusRow, type StatusRow, unseenRow } from './row.ts';
import { statusTable } from './table.ts';

const PLAYBOOK = 'playbooks/status.yml';

/** Listens to status.yml and keeps what it found of each host. */
class StatusRows {
  readonly rows = new Map<string, StatusRow>();

  readonly listener: Listener = (event) => {
    if (event.type === 'host-result') this.rows.set(event.host, this.rowOf(event));
  };

  private rowOf({ host, status, result }: Extract<EngineEvent, { type: 'host-result' }>): StatusRow {
    const toa = result['toa'] as Record<string, unknown> | undefined;
    if (status === 'unreachable') return unseenRow(host, 'unreachable', headline(result));
    // a foreign module fails the task, and the facts come with it
    return toa ? statusRow(host, toa) : unseenRow(host, 'unknown', headline(result));
  }
}

/**
 * `toa-play status -i hosts`: which receiver each host has and what stands in the way; touches nothing.
 * @param args the command line after `status`
 * @returns 0 all well, 2 a host is not, 4 a host was unreachable
 */
export async function statusCommand(args: string[]): Promise<number> {
  const program = lookingCommand('status')
    .usage('[options]')
    .description('Says for each host which receiver it has, whether it works and was proved. Touches nothing.');
  parse(program, args);
  const flags = runFlags(program.opts());
  const found = new StatusRows();
  const outcome = await execute(await prepare([PLAYBOOK], flags), [found.listener], { quiet: true });
  const rows = [...found.rows.values()].sort((a, b) => a.host.localeCompare(b.host));
  writeOutput(flags.json ? `${JSON.stringify({ hosts: rows }, undefined, 2)}\n` : statusTable(rows));
  if (outcome.exitCode !== 0 && outcome.exitCode !== 2) return outcome.exitCode;
  return rows.length > 0 && rows.every((row) => row.problems.length === 0) ? 0 : 2;
}
