import { rulesOf } from '../../shared/receiver/kinds.ts';
import type { Evidence } from '../evidence.ts';
import { isLocal } from './option.ts';
import { broken, note, ok, type Rung, unknown } from './rung.ts';

const moment = (seconds: number): string => new Date(seconds * 1000).toISOString().slice(0, 19).replace('T', ' ');

/** Does anything listen there, on TCP? */
export function listensRung(evidence: Evidence): Rung {
  const { port, listeners, processes, udp } = evidence;
  if (!evidence.listens) {
    const nobody = `nothing listens on TCP port ${port}`;
    if (udp)
      return broken(
        'listens',
        'udp',
        `${nobody}, something does on UDP${evidence.datagrams > 0 ? ` (${evidence.datagrams} datagrams in ${evidence.watchedFor} s)` : ''}`,
        "TOA is an option of TCP: for UDP use the balancer's own way (UOA, PROXY protocol)",
      );
    return broken(
      'listens',
      'nobody',
      nobody,
      'give the port on which the service itself listens; the balancer may show clients another',
    );
  }
  const where = listeners.map((one) => `${one.process} (pid ${one.pid}) on ${one.address}`);
  const said =
    where.length > 0 ? where.join(', ') : `${processes[0]?.name ?? 'a process'} (pid ${processes[0]?.pid ?? '?'})`;
  return udp
    ? note('listens', 'udp', `${said}; UDP is served on that port, too, and shows the balancer`)
    : ok('listens', said);
}

/** Places of the options that came from outside, as one text; '' when none came. */
const places = ({ watched }: Evidence): string =>
  [
    ...new Set(
      watched
        .filter((one) => !isLocal(one.address))
        .flatMap((one) => one.options.flatMap((option) => option.places.split(' '))),
    ),
  ].join(' ');

function deferred(evidence: Evidence): Rung | undefined {
  const listener = evidence.listeners.find((one) => one.defer_accept > 0);
  const byProbe = evidence.probe?.result === 'not_accepted' && evidence.probeData?.result === 'shown';
  if (!listener && !byProbe) return undefined;
  const said = listener
    ? `TCP_DEFER_ACCEPT is on (${listener.defer_accept} s)`
    : 'the service accepts only with the first data';
  const isBareAck = places(evidence) === 'ack';
  const lost = evidence.probe?.result !== 'shown';
  if (!lost) return ok('listener', `${said}, and the option of a bare ACK is read all the same`);
  if (isBareAck)
    return broken(
      'listener',
      'defer_accept',
      `${said}: the kernel drops the bare ACK, and the options came in no other packet`,
      'set deferred: true for toa_ebpf, or switch it off in the service (nginx: listen without deferred; Apache: AcceptFilter none)',
    );
  return note(
    'listener',
    'defer_accept',
    `${said}: an option in the bare ACK alone would be lost; one with the first data is read`,
  );
}

function mptcp(evidence: Evidence): Rung | undefined {
  const listener = evidence.listeners.find((one) => one.protocol === 'mptcp');
  if (!listener) return undefined;
  const said = `${listener.process} listens with MPTCP${evidence.mptcpClients > 0 ? `, ${evidence.mptcpClients} clients spoke it` : ''}`;
  if (evidence.probe?.result === 'shown') return ok('listener', `${said}, and a handshake shows the client`);
  return broken(
    'listener',
    'mptcp',
    `${said}, and the handshake did not show the client`,
    'let the service listen with TCP (Go: GODEBUG=multipathtcp=0), or switch MPTCP off: sysctl net.mptcp.enabled=0',
  );
}

function older(evidence: Evidence): Rung | undefined {
  const [process] = evidence.processes;
  if (!process || process.began === 0 || evidence.since === 0 || process.began >= evidence.since) return undefined;
  const said = `${process.name} began at ${moment(process.began)}, before the receiver (${moment(evidence.since)})`;
  const rules = rulesOf(evidence.kinds);
  const came = places(evidence);
  const needsSyn = came === 'syn' || (came === '' && rules.length > 0 && rules.every((rule) => rule.syn));
  const unmarked = evidence.listeners.some((one) => one.save_syn === 0);
  if (needsSyn && unmarked && evidence.attached)
    return broken(
      'listener',
      'older',
      `${said}, and its socket keeps no SYNs, in which the options are to be read`,
      'restart the service',
    );
  return ok('listener', `${said}, which does no harm here`);
}

/** What of the listening socket itself decides. */
export function listenerRung(evidence: Evidence): Rung {
  return (
    deferred(evidence) ??
    mptcp(evidence) ??
    older(evidence) ??
    ok('listener', 'an ordinary TCP listener, younger than the receiver')
  );
}

const PROOF: Readonly<Record<string, readonly [string, string]>> = {
  not_accepted: ['the service does not accept connections', 'is it busy or stopped?'],
  no_answer: ['nothing answers on that port', 'is the service bound to another address?'],
  firewall: ["a firewall drops the probe's packets", 'let the interface toaprobe* in for a moment'],
  rp_filter: ["reverse path filtering drops the probe's packets", 'set net.ipv4.conf.all.rp_filter to 2 or 0'],
};

/** Does a real handshake with an option show the client on the service's own socket? */
export function proofRung(evidence: Evidence): Rung {
  if (evidence.port === undefined) return ownProof(evidence);
  const tried = [evidence.probe, evidence.probeData, evidence.probeHttp];
  const shown = tried.find((one) => one?.result === 'shown');
  if (shown)
    return ok(
      'proof',
      `a handshake of our own that names a client shows it on the socket of ${shown.process || 'the service'}`,
    );
  const recorded = tried.find((one) => one?.recorded);
  if (recorded?.result === 'not_seen')
    return ok('proof', 'the receiver took the client of a handshake of our own; the socket itself cannot be asked');
  const one = evidence.probe;
  if (!one) return unknown('proof', 'no_probe', 'the probe could not work here');
  if (one.result === 'balancer')
    return broken(
      'proof',
      'not_shown',
      `a handshake of our own that names a client shows ${one.getpeername} on the socket of ${one.process || 'the service'}`,
      'restart the service: its listening socket was made in another cgroup, or came from another process',
    );
  if (one.result === 'wrong' || one.result === 'disagree')
    return broken(
      'proof',
      one.result,
      `a handshake of our own shows ${one.getpeername}`,
      'another program rewrites the answer: see above',
    );
  const [said, remedy] = PROOF[one.result] ?? [`the probe says ${one.result}`, 'run toa-probe port by hand'];
  return unknown('proof', one.result, said, remedy);
}

function ownProof({ own, services }: Evidence): Rung {
  const bad = own.filter((one) => !one.ok);
  const next = services.length > 0 ? `; services listen on ${services.join(', ')}` : '';
  if (own.length === 0) return unknown('proof', 'no_probe', `the probe could not work here${next}`);
  if (bad.length === 0)
    return ok('proof', `${own.length} of ${own.length} handshakes with listeners of our own show the client${next}`);
  return broken(
    'proof',
    'not_shown',
    `${bad.map((one) => `${one.name} (${one.result})`).join(', ')}${next}`,
    'run site.yml, and read what toa_verify says',
  );
}

/** Is there a proxy before the application, or is the service one? */
export function proxyRung(evidence: Evidence): Rung {
  const { port, watched, peers, fronts } = evidence;
  const seen = [...watched.map((one) => one.address), ...peers.map((one) => one.address)].filter(
    (one) => !/^198\.1[89]\./.test(one),
  );
  if (seen.length > 0 && seen.every(isLocal)) {
    const who = fronts.length > 0 ? ` (${fronts.join(', ')})` : '';
    return broken(
      'proxy',
      'behind_proxy',
      `all connections to port ${port} come from this host itself${who}: the service stands behind a proxy`,
      "the proxy sees the client: let it pass the address on (X-Forwarded-For, PROXY protocol), and the service read it there; explain the proxy's port next",
    );
  }
  const onward = [...evidence.after]
    .filter(([at, n]) => at !== port && n > (evidence.before.get(at) ?? 0))
    .map(([at]) => `port ${at}${evidence.others.get(at) ? ` (${evidence.others.get(at)})` : ''}`);
  if (onward.length === 0) return ok('proxy', 'a request was passed on to no other port of this host');
  const own = evidence.listeners[0]?.process ?? 'the service';
  return broken(
    'proxy',
    'proxy',
    `${own} passed a request to port ${port} on to ${onward.join(', ')}: what answers there sees ${own}, whatever the receiver does`,
    `let ${own} pass the address on (nginx: proxy_set_header X-Forwarded-For $remote_addr; or PROXY protocol), and the application read it there`,
  );
}

/** Does the service believe its socket? */
export function asksRung({ probe, probeHttp }: Evidence): Rung {
  const name = 'asks';
  const isShown = [probe, probeHttp].some((one) => one?.result === 'shown');
  if (probeHttp?.httpNames === 'client') return ok(name, 'its answer over HTTP names the client');
  if (probeHttp?.httpNames === 'peer' && isShown)
    return broken(
      name,
      'other_way',
      'its socket says the client, its answer over HTTP names the peer of the connection',
      'the application takes the address from elsewhere (/proc/net/tcp, netlink, a header): let it use accept() or getpeername()',
    );
  return note(name, 'unseen', 'its answer over HTTP names nobody: its log has to tell');
}
