import { vendorsOf } from '../../../tasks/shared/receiver/kinds.ts';
import { isAllowed } from '../../../tasks/shared/receiver/networks.ts';
import {
  type Counters,
  clientsOf,
  type RefusedPeer,
  refusals,
  refusedPeers,
  refusedText,
  since,
} from '../../../tasks/shared/receiver/refused.ts';

/** What is known of one host; counters are since the receiver was loaded. */
export interface StatusRow {
  readonly host: string;
  readonly kernel: string;
  /** `unreachable` and `unknown` say that nobody could look, `none` that there is no receiver. */
  readonly receiver: 'ebpf' | 'module' | 'foreign' | 'none' | 'unreachable' | 'unknown';
  readonly build: string;
  readonly current: boolean;
  readonly attached: boolean;
  /** Whose options are read: vendors, or kinds where no vendor has just these. */
  readonly vendor: string;
  readonly kinds: string;
  /** Networks that may name a client; `any` alone: everybody. */
  readonly allow: readonly string[];
  /** What loads it at boot; '' is nothing. */
  readonly boot: string;
  readonly clients: number;
  readonly probes: number;
  readonly refused: Readonly<Record<string, number>>;
  /** Refused since the last proof, by reason, without peers that the list lets in by now. */
  readonly refusedLately: Readonly<Record<string, number>>;
  /** Whose options were refused last. */
  readonly refusedPeers: readonly RefusedPeer[];
  /** The last proof: seconds since 1970, and how it ended. */
  readonly proof?: { readonly at: number; readonly ok: boolean; readonly shown: number; readonly expected: number };
  /** What stands in the way; empty: all is well. */
  readonly problems: readonly string[];
}

type Facts = Readonly<Record<string, unknown>>;

const record = (value: unknown): Facts => (typeof value === 'object' && value !== null ? (value as Facts) : {});
const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const count = (value: unknown): number => (typeof value === 'number' ? value : 0);

const NOTHING = { build: '', attached: false, vendor: '', kinds: '', allow: [] };
const EMPTY = {
  ...NOTHING,
  current: false,
  boot: '',
  clients: 0,
  probes: 0,
  refused: {},
  refusedLately: {},
  refusedPeers: [],
};

/** The row of a host that nobody could look at. @param why what the host or the connection said */
export function unseenRow(host: string, receiver: 'unreachable' | 'unknown', why: string): StatusRow {
  return { ...EMPTY, host, kernel: '', receiver, problems: [why] };
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

type Settings = Pick<StatusRow, 'receiver' | 'build' | 'attached' | 'vendor' | 'kinds' | 'allow'>;

const networks = (list: unknown): string[] => (Array.isArray(list) ? list.map(String) : ['any']);

function settings(ebpf: Facts, module: Facts): Settings {
  const status = record(ebpf['status']);
  const kinds = text(ebpf['attached'] === true ? status['kinds'] : module['kinds']);
  const rules = { kinds, vendor: vendorsOf(kinds) };
  if (ebpf['attached'] === true) {
    const attached = status['complete'] !== false;
    return { receiver: 'ebpf', build: text(status['build']), attached, ...rules, allow: networks(status['allow']) };
  }
  if (module['ours'] === true) {
    const allow = networks(module['networks']);
    return { receiver: 'module', build: text(module['version']), attached: true, ...rules, allow };
  }
  return { ...NOTHING, receiver: module['loaded'] === true ? 'foreign' : 'none' };
}

/** What the module's crash guard and the hooks of kernel packages say (tasks/kmod_boot). */
function moduleProblems(module: Facts): string[] {
  const lacks = Array.isArray(module['lacks']) ? module['lacks'].map(text) : [];
  const out = text(module['kept_out']);
  return [
    ...(module['crashed'] === true
      ? [`the kernel module is KEPT OUT: ${out}; the next boot tries it again, or site.yml with toa_after_crash: load`]
      : []),
    ...lacks.map((line) => `a kernel is installed that has no module, ${line}`),
  ];
}

function problemsOf(row: Omit<StatusRow, 'problems'>, toa: Facts): string[] {
  return [...moduleProblems(record(record(toa['receivers'])['module'])), ...receiverProblems(row, toa)];
}

function receiverProblems(row: Omit<StatusRow, 'problems'>, toa: Facts): string[] {
  if (row.receiver === 'none') {
    const able = toa['receiver'] === 'none' ? `${text(toa['reason'])}. ${text(toa['remedy'])}` : 'run site.yml';
    return [`no receiver: ${able}`];
  }
  if (row.receiver === 'foreign')
    return ["another vendor's module is loaded: unload it, or toa_vendor_module: replace"];
  const { proof, refusedLately, refusedPeers: peers } = row;
  const refused = refusedText(refusedLately, peers, proof ? 'since the last proof' : 'so far');
  return [
    ...(row.attached ? [] : ['not all programs are attached: run site.yml']),
    ...(row.current ? [] : ['not the build of this installation: run site.yml']),
    ...(row.boot === '' ? ['gone after a reboot: run site.yml'] : []),
    ...(proof ? [] : ['never proved: run site.yml']),
    ...(proof && !proof.ok ? [`the last proof failed (${proof.shown} of ${proof.expected}): run site.yml`] : []),
    ...(refused ? [refused] : []),
  ];
}

/** A list that was mended is no trouble any more: known peers that it lets in now do not count. */
function lately(
  now: Counters,
  proved: Counters,
  peers: readonly RefusedPeer[],
  allow: readonly string[],
): Record<string, number> {
  const refused = since(refusals(proved), refusals(now));
  const outside = peers.filter((one) => one.reason === 'not_allowed');
  if (outside.length > 0 && outside.every((one) => isAllowed(one.address, allow))) delete refused['not_allowed'];
  return refused;
}

/** Connections whose client is shown, and the probe's. Receivers of before count a probe among what they accepted, too. */
function connections(counters: Facts): Pick<StatusRow, 'clients' | 'probes'> {
  const probes = count(counters['probe_connections'] ?? counters['probe_accepted']);
  return { clients: clientsOf(counters as Counters), probes };
}

/** The row of a host from the fact `toa` (tasks/toa_facts). */
export function statusRow(host: string, toa: Facts): StatusRow {
  const receivers = record(toa['receivers']);
  const counters = record(receivers['counters']);
  const set = settings(record(receivers['ebpf']), record(receivers['module']));
  const peers = refusedPeers(receivers['refused']);
  const row = {
    host,
    kernel: text(toa['kernel']),
    ...set,
    current: toa['current'] === true,
    boot: text(toa['boot']),
    ...connections(counters),
    refused: refusals(counters as Counters),
    refusedLately: lately(counters as Counters, record(record(toa['proof'])['counters']) as Counters, peers, set.allow),
    refusedPeers: peers,
    proof: proofOf(record(toa['proof'])),
  };
  return { ...row, problems: problemsOf(row, toa) };
}
