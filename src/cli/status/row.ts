import { refusalsByReason } from '../../../tasks/shared/receiver/refused.ts';

/** What is known of one host; counters are since the receiver was loaded. */
export interface StatusRow {
  readonly host: string;
  readonly kernel: string;
  /** `unreachable` and `unknown` say that nobody could look, `none` that there is no receiver. */
  readonly receiver: 'ebpf' | 'module' | 'foreign' | 'none' | 'unreachable' | 'unknown';
  readonly build: string;
  readonly current: boolean;
  readonly attached: boolean;
  readonly kinds: string;
  /** Number of networks, or `any`. */
  readonly allow: string;
  /** What loads it at boot; '' is nothing. */
  readonly boot: string;
  /** Connections whose client is shown; those of the probe count apart. */
  readonly clients: number;
  readonly probes: number;
  readonly refused: Readonly<Record<string, number>>;
  /** The last proof: seconds since 1970, and how it ended. */
  readonly proof?: { readonly at: number; readonly ok: boolean; readonly shown: number; readonly expected: number };
  /** What stands in the way; empty: all is well. */
  readonly problems: readonly string[];
}

type Facts = Readonly<Record<string, unknown>>;

const record = (value: unknown): Facts => (typeof value === 'object' && value !== null ? (value as Facts) : {});
const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const count = (value: unknown): number => (typeof value === 'number' ? value : 0);

const EMPTY = { build: '', current: false, attached: false, kinds: '', allow: '', boot: '', clients: 0, probes: 0 };

/** The row of a host that nobody could look at. @param why what the host or the connection said */
export function unseenRow(host: string, receiver: 'unreachable' | 'unknown', why: string): StatusRow {
  return { ...EMPTY, host, kernel: '', receiver, refused: {}, problems: [why] };
}

function proofOf(value: Facts): StatusRow['proof'] {
  if (typeof value['at'] !== 'number') return undefined;
  return {
    at: value['at'],
    ok: value['ok'] === true,
    shown: count(value['shown']),
    expected: count(value['expected']),
  };
}

function settings(ebpf: Facts, module: Facts): Pick<StatusRow, 'receiver' | 'build' | 'attached' | 'kinds' | 'allow'> {
  const status = record(ebpf['status']);
  if (ebpf['attached'] === true) {
    const list = status['allow'];
    const allow = Array.isArray(list) ? String(list.length) : 'any';
    const attached = status['complete'] !== false;
    return { receiver: 'ebpf', build: text(status['build']), attached, kinds: text(status['kinds']), allow };
  }
  const rest = { build: text(module['version']), kinds: text(module['kinds']), allow: text(module['allow']) };
  if (module['ours'] === true) return { ...rest, receiver: 'module', attached: true };
  return { ...rest, receiver: module['loaded'] === true ? 'foreign' : 'none', attached: false };
}

function problemsOf(row: Omit<StatusRow, 'problems'>, toa: Facts): string[] {
  if (row.receiver === 'none') {
    const able = toa['receiver'] === 'none' ? `${text(toa['reason'])}. ${text(toa['remedy'])}` : 'run site.yml';
    return [`no receiver: ${able}`];
  }
  if (row.receiver === 'foreign')
    return ["another vendor's module is loaded: unload it, or toa_vendor_module: replace"];
  const { proof } = row;
  return [
    ...(row.attached ? [] : ['not all programs are attached: run site.yml']),
    ...(row.current ? [] : ['not the build of this installation: run site.yml']),
    ...(row.boot === '' ? ['gone after a reboot: run site.yml'] : []),
    ...(proof ? [] : ['never proved: run site.yml']),
    ...(proof && !proof.ok ? [`the last proof failed (${proof.shown} of ${proof.expected}): run site.yml`] : []),
    ...(row.refused['not_allowed'] ? ['peers outside the allow-list sent an option: check toa_balancers'] : []),
  ];
}

/** The row of a host from the fact `toa` (tasks/toa_facts). */
export function statusRow(host: string, toa: Facts): StatusRow {
  const receivers = record(toa['receivers']);
  const counters = record(receivers['counters']);
  const row = {
    host,
    kernel: text(toa['kernel']),
    ...settings(record(receivers['ebpf']), record(receivers['module'])),
    current: toa['current'] === true,
    boot: text(toa['boot']),
    clients: count(counters['accepted_ack']) + count(counters['accepted_syn']),
    probes: count(counters['probe_connections']),
    refused: refusalsByReason(counters),
    proof: proofOf(record(toa['proof'])),
  };
  return { ...row, problems: problemsOf(row, toa) };
}
