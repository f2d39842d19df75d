import { ANY_PEER, opening } from '../../tasks/shared/receiver/networks.ts';
import type { EngineEvent, Listener } from '../engine/events.ts';
import type { ModuleResult } from '../base/result.ts';
import { padded, widthOf } from '../report/width.ts';
import { headline } from '../report/result-text.ts';
import { writeOutput } from './output.ts';
import { parse } from './parse.ts';
import { lookingCommand, runFlags } from './options.ts';
import { execute, type Prepared, prepare } from './playbook.ts';

const PLAYBOOK = 'playbooks/plan.yml';

interface Row {
  readonly host: string;
  readonly distribution: string;
  readonly kernel: string;
  readonly receiver: string;
  readonly reason: string;
}

const text = (value: unknown): string => (value === undefined || value === null ? '' : String(value));

function rowOf(host: string, facts: Record<string, unknown>, toa: Record<string, unknown>): Row {
  const distribution = `${text(facts['ansible_distribution'])} ${text(facts['ansible_distribution_version'])}`.trim();
  const reason = [text(toa['reason']), text(toa['remedy'])].filter(Boolean).join('. ');
  return { host, distribution, kernel: text(toa['kernel']), receiver: text(toa['receiver']), reason };
}

/** Listens to the two tasks of plan.yml and keeps what they found. */
class PlanRows {
  private readonly facts = new Map<string, Record<string, unknown>>();
  readonly rows = new Map<string, Row>();

  readonly listener: Listener = (event) => {
    if (event.type === 'host-result') this.keep(event);
  };

  private keep({ host, task, status, result }: Extract<EngineEvent, { type: 'host-result' }>): void {
    if (status === 'failed' || status === 'unreachable') this.rows.set(host, this.broken(host, result));
    else if (task.action === 'setup') this.facts.set(host, result.ansible_facts as Record<string, unknown>);
    else if (task.action === 'toa_facts') {
      this.rows.set(host, rowOf(host, this.facts.get(host) ?? {}, result['toa'] as Record<string, unknown>));
    }
  }

  private broken(host: string, result: ModuleResult): Row {
    const toa = result['toa'] as Record<string, unknown> | undefined;
    const reason = [headline(result), text(result.remedy)].filter(Boolean).join('. ');
    return { ...rowOf(host, this.facts.get(host) ?? {}, toa ?? {}), receiver: 'none', reason };
  }
}

function table(rows: readonly Row[]): string {
  const head: Row = {
    host: 'HOST',
    distribution: 'DISTRIBUTION',
    kernel: 'KERNEL',
    receiver: 'RECEIVER',
    reason: 'WHY',
  };
  const all = [head, ...rows];
  const width = (key: keyof Row): number => Math.max(...all.map((row) => widthOf(row[key])));
  const [w1, w2, w3, w4] = [width('host'), width('distribution'), width('kernel'), width('receiver')];
  return all
    .map((r) =>
      [padded(r.host, w1), padded(r.distribution, w2), padded(r.kernel, w3), padded(r.receiver, w4), r.reason]
        .join('  ')
        .trimEnd(),
    )
    .concat('')
    .join('\n');
}

/** Without the balancers' networks site.yml does nothing; with `any`, or all networks, anybody may choose an address: said once. */
function warnOfMissingLists({ world, variables }: Prepared, hosts: readonly string[]): void {
  const lists = hosts.map((host) => variables.scope({ host }).lookup('toa_balancers') ?? []);
  const named = lists.map((list) => (Array.isArray(list) ? list : [list]).map(String));
  const silent = named.filter((list) => list.length === 0).length;
  if (silent > 0) {
    world.warn(
      `toa_balancers is not set for ${silent} of ${hosts.length} hosts: site.yml needs the balancers' networks, or the word any`,
    );
  }
  const openings = named.flatMap((list) => opening(list) ?? []);
  for (const how of new Set(openings)) {
    const open = openings.filter((one) => one === how).length;
    world.warn(`${how} for ${open} of ${hosts.length} hosts: ${ANY_PEER}`);
  }
}

/** `toa-play plan -i hosts`: what each host is and which receiver it would get; touches nothing. */
export async function receiverPlanCommand(args: string[]): Promise<number> {
  const program = lookingCommand('plan')
    .usage('[options]')
    .description(
      'Says for each host its distribution, kernel, the receiver that would be chosen and why. Touches nothing.',
    );
  parse(program, args);
  const flags = runFlags(program.opts());
  const prepared = await prepare([PLAYBOOK], flags);
  const rows = new PlanRows();
  const outcome = await execute(prepared, [rows.listener], { quiet: !flags.json });
  const sorted = [...rows.rows.values()].sort((a, b) => a.host.localeCompare(b.host));
  if (!flags.json) writeOutput(table(sorted));
  warnOfMissingLists(
    prepared,
    sorted.map(({ host }) => host),
  );
  return outcome.exitCode;
}
