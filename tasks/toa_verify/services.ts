import { failure, type ModuleResult } from '../../src/base/result.ts';
import type { Answer } from '../shared/answer.ts';
import { parseJson } from '../shared/receiver/programs.ts';
import { type Counters, refusals, refusedPeers, refusedText, since } from '../shared/receiver/refused.ts';
import { type Case, casesOf, REMEDIES, verdict } from './verdict.ts';

/** A service of the host that the probe spoke to. */
interface Service {
  readonly port: number;
  readonly found: Case & { readonly process?: string; readonly recorded?: boolean };
}

const NO_ANSWER: Case = { name: 'port', result: 'no_answer', ok: false };

function servicesOf(lines: readonly string[]): Service[] {
  return lines.map((line) => {
    const [port, ...json] = line.split(' ');
    return { port: Number(port), found: casesOf(parseJson(json.join(' ')))[0] ?? NO_ANSWER };
  });
}

const nameOf = ({ port, found }: Service): string => `port ${port}${found.process ? ` (${found.process})` : ''}`;

/** The receiver took the client, and the kernel is too old for anybody to look at the service's socket. */
const isRecorded = ({ found }: Service): boolean => found.result === 'not_seen' && found.recorded === true;
const isShown = (service: Service): boolean => service.found.ok || isRecorded(service);

/** True when the probe's own listeners failed by nothing but a firewall. */
function isFirewalled(report: Record<string, unknown>): boolean {
  const bad = casesOf(report).filter((one) => !one.ok);
  return bad.length > 0 && bad.every((one) => one.result === 'firewall' || one.expected === 'balancer');
}

function servicesFailed(bad: readonly Service[], base: Partial<ModuleResult>): ModuleResult {
  const { result } = bad[0].found;
  const said = bad.map((one) => `${nameOf(one)}: ${one.found.result}`).join(', ');
  return {
    ...base,
    ...failure(`services do not show the client: ${said}`),
    code: `E_TOA_NOT_SEEN_${result.toUpperCase()}`,
    remedy: REMEDIES[result] ?? 'see the cases in the result; toa-play explain HOST PORT says more',
    proven: undefined,
  };
}

/** Own listeners and services together. */
function together(report: Record<string, unknown>, services: Service[], others: Service[]): ModuleResult {
  const own = verdict(report);
  const base: ModuleResult = {
    ...own,
    services: [...services, ...others].map(({ port, found }) => ({ port, ...found })),
  };
  const bad = services.filter((one) => !isShown(one));
  if (bad.length > 0) return servicesFailed(bad, base);
  const shown = [...services, ...others].filter(isShown);
  const note = shown
    .filter(isRecorded)
    .map((one) => `${nameOf(one)}: the receiver took the client, its socket cannot be asked`);
  if (!own.failed) {
    const also = services.length > 0 ? `, and ${services.map(nameOf).join(', ')}` : '';
    const proven = Number(own['proven']) + services.length;
    return { ...base, msg: `${String(own.msg)}${also}`, proven, recap: note };
  }
  if (!isFirewalled(report) || shown.length === 0) return base;
  const reason = `the firewall drops the probe's own ports: proven on ${shown.map(nameOf).join(', ')} instead`;
  return {
    changed: false,
    cases: base['cases'],
    services: base['services'],
    msg: reason,
    proven: shown.length,
    recap: [reason, ...note],
  };
}

/** Real connections that carried an option and were refused since the last proof. */
function refusedSince(said: Answer): { refused: Record<string, number>; text: string | undefined } {
  const before = parseJson(said.get('before'));
  const then = (before['counters'] ?? {}) as Counters;
  const now = parseJson(said.get('counters')) as Counters;
  const refused = since(refusals(then), refusals(now));
  const peers = refusedPeers(parseJson(said.get('status'))['refused']);
  const at = typeof before['at'] === 'number' ? new Date(before['at'] * 1000) : undefined;
  const when =
    at && Number.isFinite(at.getTime()) ? `since the last proof (${at.toISOString().slice(0, 16)}Z)` : 'so far';
  return { refused, text: refusedText(refused, peers, when) };
}

/**
 * What the whole proof of a host comes to: own listeners, the services that were named, or, where a firewall drops the
 * probe's own ports, one that listens; and whom the receiver refused since the last proof, in the recap.
 */
export function hostVerdict(said: Answer): ModuleResult {
  const report = parseJson(said.get('report'));
  const result = together(report, servicesOf(said.all('service')), servicesOf(said.all('fallback')));
  const { refused, text } = refusedSince(said);
  if (!text) return { ...result, refused };
  const recap = [...((result['recap'] as string[] | undefined) ?? []), text];
  return { ...result, refused, recap, warnings: [...(result.warnings ?? []), text] };
}
