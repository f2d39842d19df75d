import { ToaError } from '../../base/errors.ts';
import type { EngineEvent, Listener } from '../../engine/events.ts';
import { headline } from '../../report/result-text.ts';
import { lookingCommand, runFlags } from '../options.ts';
import { writeOutput } from '../output.ts';
import { parse } from '../parse.ts';
import { execute, prepare } from '../playbook.ts';
import { type Explained, explainedText } from './text.ts';

const PLAYBOOK = 'playbooks/explain.yml';

type HostResult = Extract<EngineEvent, { type: 'host-result' }>;

function explained({ host, status, result }: HostResult): Explained {
  const ladder = result['ladder'];
  const failed = status === 'failed' || status === 'unreachable';
  if (failed || !Array.isArray(ladder)) {
    const verdict = `${status === 'unreachable' ? 'unreachable: ' : ''}${headline(result)}`;
    return { host, ladder: [], broken: '', verdict, failed: true };
  }
  const broken = typeof result['broken'] === 'string' ? result['broken'] : '';
  return { host, ladder: ladder as Explained['ladder'], broken, verdict: String(result.msg), failed: false };
}

/** The port on the command line. @throws ToaError E_USAGE */
function portOf(text: string | undefined): string[] {
  if (text === undefined) return [];
  if (/^\d{1,5}$/.test(text) && Number(text) >= 1 && Number(text) <= 65_535) return [`explain_port=${text}`];
  throw new ToaError('E_USAGE', `${JSON.stringify(text)} is no port from 1 to 65535`, {
    remedy: 'toa-play explain HOST [PORT]',
  });
}

/**
 * `toa-play explain HOST [PORT]`: why a service still shows the balancer; changes nothing.
 * @param args the command line after `explain`
 * @returns 0 no rung is broken, 2 one is or a host could not be looked at, 4 a host was unreachable
 */
export async function explainCommand(args: string[]): Promise<number> {
  const program = lookingCommand('explain', [['--seconds <seconds>', 'how long packets are watched (10)']])
    .usage('[options] HOST [PORT]')
    .description('Says why a service still shows the balancer, rung by rung, with what to do. Changes nothing.');
  parse(program, args);
  const [host, port, ...more] = program.args;
  if (host === undefined || more.length > 0) {
    throw new ToaError('E_USAGE', 'explain takes a host and a port', {
      remedy: 'toa-play explain HOST [PORT] -i hosts',
    });
  }
  const flags = runFlags(program.opts());
  const seconds = program.opts()['seconds'] as string | undefined;
  const extraVars = [
    ...flags.extraVars,
    ...portOf(port),
    ...(seconds === undefined ? [] : [`explain_seconds=${seconds}`]),
  ];
  const found = new Map<string, Explained>();
  const listener: Listener = (event) => {
    if (event.type === 'host-result') found.set(event.host, explained(event));
  };
  const prepared = await prepare([PLAYBOOK], { ...flags, extraVars, limit: flags.limit ?? host });
  const outcome = await execute(prepared, [listener], { quiet: true });
  const all = [...found.values()].sort((a, b) => a.host.localeCompare(b.host));
  writeOutput(flags.json ? `${JSON.stringify({ hosts: all }, undefined, 2)}\n` : explainedText(all));
  if (outcome.exitCode !== 0) return outcome.exitCode;
  return all.length > 0 && all.every((one) => one.broken === '' && !one.failed) ? 0 : 2;
}
