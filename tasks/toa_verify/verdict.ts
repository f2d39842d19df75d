import { failure, type ModuleResult } from '../../src/base/result.ts';

/** One handshake of the probe. */
export interface Case {
  readonly name: string;
  readonly result: string;
  readonly ok: boolean;
  readonly expected?: string;
  readonly sent?: string;
  readonly accept?: string;
  readonly getpeername?: string;
}

/** What to do about each way in which the client was not seen. */
export const REMEDIES: Record<string, string> = {
  balancer: 'the receiver did not see the option: run the playbook again, check `toa_facts` and the kinds (toa_vendor)',
  disagree: 'accept() and getpeername() differ: report it with the output of toa_facts',
  wrong: 'another program rewrites the address: look for other programs on the cgroup (bpftool cgroup tree)',
  no_answer: 'nothing answered the handshake: is the service listening on that address?',
  firewall:
    'the host drops the probe, and what listens on it too: name a port that is let in (toa_ports), or allow the interface toaprobe* for a moment',
  rp_filter: 'reverse path filtering dropped the probe: set net.ipv4.conf.all.rp_filter to 2 or 0',
  not_accepted: 'the service did not accept the connection: is it busy or stopped?',
  not_seen:
    'recorded, not seen by the service: its socket cannot be asked (kernel before 5.6, another PID namespace, closed already): ' +
    'look into its log, or verify with `http`',
};

export function casesOf(report: Record<string, unknown>): Case[] {
  const cases: unknown = report['cases'];
  // a host may say anything
  return Array.isArray(cases) ? cases.filter((one): one is Case => typeof one === 'object' && one !== null) : [];
}

/** What the probe's report means, as a result: how many handshakes show the client, or which do not, why, and what to do. */
export function verdict(report: Record<string, unknown>): ModuleResult {
  const cases = casesOf(report);
  const base = { changed: false, cases, shown: report['shown'], expected: report['expected'] };
  if (report['ok'] === true) {
    return {
      ...base,
      // each is a handshake of its own, the forgeries that must not be believed too
      proven: cases.filter((one) => one.ok && one.result !== 'unsupported').length,
      msg: `${String(report['shown'] ?? cases.length)} of ${String(report['expected'] ?? cases.length)} handshakes show the client`,
    };
  }
  if (report['error']) {
    return failure(String(report['message']), {
      ...base,
      code: `E_TOA_PROBE_${String(report['error']).toUpperCase()}`,
      remedy: report['remedy'] as string,
    });
  }
  const bad = cases.filter((one) => !one.ok);
  const forged = bad.filter((one) => one.expected === 'balancer' && one.result === 'shown').map(({ name }) => name);
  if (forged.length > 0) {
    return failure(`a client can choose the address that services see: ${forged.join(', ')}`, {
      ...base,
      code: 'E_TOA_FORGED',
      remedy:
        'the receiver believes what no balancer vouches for: run the playbook again with the vendor in toa_vendor',
    });
  }
  const first = bad[0]?.result ?? 'no_answer';
  return failure(
    `the client is not seen in ${bad.length} of ${cases.length} cases: ${bad.map((c) => `${c.name} (${c.result})`).join(', ')}`,
    {
      ...base,
      code: `E_TOA_NOT_SEEN_${first.toUpperCase()}`,
      remedy: REMEDIES[first] ?? 'see the cases in the result',
    },
  );
}
