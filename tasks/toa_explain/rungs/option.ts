import { rulesOf, vendorsWith } from '../../shared/receiver/kinds.ts';
import { isAllowed, suggestedNetworks } from '../../shared/receiver/networks.ts';
import { clientsOf, letIn, peersText, refusals, refusedText } from '../../shared/receiver/refused.ts';
import type { Evidence, WatchedPeer } from '../evidence.ts';
import { broken, note, ok, type Rung, unknown } from './rung.ts';

type Option = WatchedPeer['options'][number];

/** From this host itself: a proxy's connections, not a balancer's. */
export const isLocal = (address: string): boolean => /^127\.|^::1$/.test(address);

const total = (peers: readonly WatchedPeer[]): number => peers.reduce((sum, one) => sum + one.connections, 0);
const from = (peers: readonly WatchedPeer[]): string => {
  const names = peers.slice(0, 3).map((one) => one.address);
  return names.join(', ') + (peers.length > 3 ? ` and ${peers.length - 3} more` : '');
};
const outside = (evidence: Evidence): WatchedPeer[] => evidence.watched.filter((one) => !isLocal(one.address));
const named = (option: Option): string =>
  `kind ${option.kind}, ${option.len} bytes, in ${option.places.replaceAll(' ', ' and ')}`;

/** Whether a receiver with these rules reads the option where it stands. */
function isRead(option: Option, kinds: string): boolean {
  const places = option.places.split(' ');
  return rulesOf(kinds).some(
    (rule) =>
      rule.kind === option.kind &&
      rule.len === option.len &&
      (rule.syn ? places.includes('syn') : places.some((place) => place !== 'syn')),
  );
}

function nobodyCame(evidence: Evidence): Rung {
  if (evidence.unwatched !== '')
    return unknown('option', 'unwatched', `packets could not be watched: ${evidence.unwatched}`, 'ask again');
  const waited = `no connection came from outside in ${evidence.watchedFor} s`;
  // counters are the host's, and say nothing of this service
  const clients = clientsOf(evidence.counters);
  const bare = evidence.counters['no_option'];
  const more =
    typeof bare === 'number' ? `; on the whole host ${clients} connections brought a client, ${bare} no option` : '';
  return unknown(
    'option',
    'no_traffic',
    waited + more,
    'ask again while requests come through the balancer (--seconds 60)',
  );
}

/** Does the balancer send an option at all? */
export function optionRung(evidence: Evidence): Rung {
  const peers = outside(evidence);
  if (evidence.port === undefined) return counted(evidence);
  const count = total(peers);
  if (count === 0 && total(evidence.watched) > 0)
    return note(
      'option',
      'local',
      `all ${total(evidence.watched)} connections in ${evidence.watchedFor} s came from this host itself`,
    );
  if (count === 0) return nobodyCame(evidence);
  const bare = peers.reduce((sum, one) => sum + one.without, 0);
  const said = `${count - bare} of ${count} connections in ${evidence.watchedFor} s, from ${from(peers)}, brought an option`;
  if (bare < count) return bare === 0 ? ok('option', said) : note('option', 'some', said);
  return broken(
    'option',
    'no_option',
    said.replace(/^0 of/, 'none of'),
    'switch it on at the balancer (client address in TOA; FULLNAT or NAT with a sender), for this very service; or there is a hop between that removes it',
  );
}

/** Without a port: by the receiver's counters. */
function counted(evidence: Evidence): Rung {
  const clients = clientsOf(evidence.counters);
  const bare = evidence.counters['no_option'] ?? 0;
  const said = `${clients} connections brought a client, ${bare} no option, since the receiver began`;
  if (clients > 0) return ok('option', said);
  return unknown('option', 'no_clients', said, 'toa-play explain HOST PORT looks at the packets of one service');
}

/** Is it of a kind that the receiver reads, in a place where it believes it? */
export function kindRung(evidence: Evidence): Rung {
  const options = outside(evidence).flatMap((one) => one.options);
  if (options.length === 0) return unknown('kind', 'no_option', 'no option was seen');
  const read = options.find((one) => isRead(one, evidence.kinds));
  if (read || evidence.kinds === '') return ok('kind', options.map(named)[0]);
  const rules = rulesOf(evidence.kinds);
  const inSyn = options.find((one) => rules.some((rule) => rule.kind === one.kind && rule.len === one.len));
  if (inSyn) {
    const word = `${inSyn.kind}:${inSyn.len}@syn`;
    return broken(
      'kind',
      'syn_only',
      `${named(inSyn)} only, where a client can have put it; the receiver reads ${evidence.kinds}`,
      `if your balancer writes the option there itself, add "${word}" to toa_vendor`,
    );
  }
  const [first] = options;
  const rule = `${first.kind}:${first.len}`;
  const vendors = vendorsWith(rule);
  const evidenceText = `${named(first)}; the receiver reads ${evidence.kinds}`;
  if (![7, 8, 20].includes(first.len))
    return broken(
      'kind',
      'unknown_layout',
      `${evidenceText}; options of ${first.len} bytes have no layout that is known`,
      'ask the vendor for the layout of its option',
    );
  const add = vendors.length > 0 ? `${vendors.join(' or ')}, or "${rule}",` : `"${rule}"`;
  return broken('kind', 'other_kind', evidenceText, `add ${add} to toa_vendor and run site.yml`);
}

/** May those peers name a client? */
export function allowedRung(evidence: Evidence): Rung {
  const list = evidence.allow.join(', ');
  const senders = outside(evidence).filter((one) => one.options.some((option) => isRead(option, evidence.kinds)));
  const strangers = senders.filter((one) => !isAllowed(one.address, evidence.allow));
  if (strangers.length > 0) {
    const networks = suggestedNetworks(strangers.map((one) => one.address));
    return broken(
      'allowed',
      'not_allowed',
      `${from(strangers)} sent an option in ${total(strangers)} connections and is outside the allow-list (${list})`,
      `if that is your balancer, add ${networks.join(', ')} to toa_balancers and run site.yml`,
    );
  }
  const late = evidence.refused.filter(
    (one) => one.reason === 'not_allowed' && !isAllowed(one.address, evidence.allow),
  );
  if (late.length > 0) {
    const said = `refused, since outside the allow-list (${list}): ${peersText(late)}`;
    return senders.length > 0 ? note('allowed', 'refused', said) : broken('allowed', 'not_allowed', said, letIn(late));
  }
  const other = Object.fromEntries(
    Object.entries(refusals(evidence.counters)).filter(([reason]) => reason !== 'not_allowed'),
  );
  const refused = refusedText(other, evidence.refused, 'so far');
  if (refused) return note('allowed', 'refused', refused);
  return senders.length > 0
    ? ok('allowed', `${from(senders)} is in the allow-list (${list})`)
    : ok('allowed', `nobody was refused; the allow-list is ${list}`);
}
