/** How GoEdge's sender (cloud-toa) is run: option types, its range of NFQUEUE ids, whether it writes its nft rules itself. */
export interface SenderArgs {
  readonly v4: number;
  readonly v6: number;
  readonly min_queue: number;
  readonly max_queue: number;
  readonly auto_setup: boolean;
}

export interface Wanted {
  readonly v4: number;
  readonly v6: number;
  readonly min_queue: number | undefined;
  readonly max_queue: number | undefined;
  readonly auto_setup: boolean;
}

const numbered = (text: string, name: string): number | undefined => {
  const found = new RegExp(` -${name}=(\\d{1,5})(?= |$)`).exec(text);
  return found ? Number(found[1]) : undefined;
};

/**
 * The arguments of a line of the node's log:
 * `2023/07/24 15:06:46 [TOA]args: run -option-type-v4=254 -option-type-v6=254 -min-queue-id=1 -max-queue-id=12 -auto-setup`
 */
export function argsOf(line: string): SenderArgs | undefined {
  const text = /\[TOA\]args: run(?: .*)?$/.exec(line.trimEnd())?.[0];
  if (text === undefined) return undefined;
  const [v4, v6] = [numbered(text, 'option-type-v4'), numbered(text, 'option-type-v6')];
  const [min, max] = [numbered(text, 'min-queue-id'), numbered(text, 'max-queue-id')];
  if (v4 === undefined || v6 === undefined || min === undefined || max === undefined) return undefined;
  return { v4, v6, min_queue: min, max_queue: max, auto_setup: / -auto-setup(?:=true)?(?= |$)/.test(text) };
}

/** The same as words of a command. */
export const wordsOf = ({ v4, v6, min_queue, max_queue, auto_setup }: SenderArgs): string =>
  [
    'run',
    `-option-type-v4=${v4}`,
    `-option-type-v6=${v6}`,
    `-min-queue-id=${min_queue}`,
    `-max-queue-id=${max_queue}`,
    ...(auto_setup ? ['-auto-setup'] : []),
  ].join(' ');

/** What the host is for GoEdge's sender. */
export interface NodeFacts {
  readonly arch: string;
  readonly nft: boolean;
  readonly library: boolean;
  readonly installed: boolean;
  readonly running: boolean;
  /** Ids of queues that nft rules send packets to. */
  readonly queues: readonly number[];
  /** Lines of the log with [TOA], the last ones, oldest first. */
  readonly log: readonly string[];
}

/** Ids of `queue num 1-12`, `queue to 3`, `queue flags bypass to 1-12` in rules as nft lists them. */
export function queuesOf(rules: string): number[] {
  const ids = [...rules.matchAll(/\bqueue (?:flags \S+ )?(?:num|to) (\d{1,5})(?:-(\d{1,5}))?/g)].flatMap(
    ([, first, last]) =>
      Array.from(
        { length: Math.min(65_536, Number(last ?? first) - Number(first) + 1) },
        (_, at) => Number(first) + at,
      ),
  );
  return [...new Set(ids)];
}

export interface Finding {
  readonly about: 'host' | 'sender';
  readonly says: string;
  readonly remedy: string;
}

const SETTINGS = "in the cluster's settings, page TOA";

function hostFindings({ arch, nft, library }: NodeFacts): Finding[] {
  const host = (says: string, remedy: string): Finding => ({ about: 'host', says, remedy });
  return [
    ...(arch === 'x86_64'
      ? []
      : [host(`GoEdge's sender is for x86_64, and this is ${arch}`, 'proxy-edge.yml works without it')]),
    ...(nft ? [] : [host('there is no nft', 'install nftables')]),
    ...(library
      ? []
      : [
          host(
            'there is no libnetfilter_queue.so.1',
            'Debian: libnetfilter-queue1; EL: libnetfilter_queue; SUSE: libnetfilter_queue1',
          ),
        ]),
  ];
}

function differences(is: SenderArgs, wanted: Wanted): string[] {
  const named: [string, unknown, unknown][] = [
    ['the option type of IPv4', is.v4, wanted.v4],
    ['the option type of IPv6', is.v6, wanted.v6],
    ['its first queue', is.min_queue, wanted.min_queue ?? is.min_queue],
    ['its last queue', is.max_queue, wanted.max_queue ?? is.max_queue],
    ['auto-setup', is.auto_setup, wanted.auto_setup],
  ];
  return named.flatMap(([what, has, want]) => (has === want ? [] : [`${what} is ${String(has)}, not ${String(want)}`]));
}

function senderFindings(facts: NodeFacts, wanted: Wanted): Finding[] {
  const sender = (says: string, remedy: string): Finding => ({ about: 'sender', says, remedy });
  const broken = facts.log.findLast((line) => line.includes('error while loading shared libraries'));
  const at = facts.log.findLastIndex((line) => line.includes('[TOA]args:'));
  const is = argsOf(facts.log[at] ?? '');
  if (!facts.installed)
    return [sender('there is no GoEdge node in this folder', '`folder` names where edge-node lives')];
  if (broken !== undefined && facts.log.indexOf(broken) > at)
    return [sender(`the sender did not start: ${broken.trim()}`, 'restart the node')];
  if (at < 0)
    return [sender('the log has no line with [TOA]args: the sender was never started', `switch it on ${SETTINGS}`)];
  if (!is)
    return [sender(`this line of the log is not understood: ${facts.log[at].trim()}`, 'tell us the version of GoEdge')];
  const differs = differences(is, wanted);
  const queues = Array.from(
    { length: Math.max(0, is.max_queue - is.min_queue + 1) },
    (_, index) => is.min_queue + index,
  );
  const idle = queues.length === 0 || !queues.some((id) => facts.queues.includes(id));
  return [
    ...(differs.length > 0
      ? [sender(differs.join('; '), `change it ${SETTINGS}, and the kinds at the origins with it`)]
      : []),
    ...(is.min_queue > is.max_queue
      ? [sender('it has no queue: the first is beyond the last', `change it ${SETTINGS}`)]
      : []),
    ...(facts.running ? [] : [sender('its process is gone', 'its log says why; restart the node')]),
    ...(idle && facts.nft
      ? [
          sender(
            `no nft rule sends packets to its queues ${is.min_queue}-${is.max_queue}`,
            is.auto_setup ? 'restart the node' : 'auto-setup, or rules of your own',
          ),
        ]
      : []),
  ];
}

/** Everything that keeps GoEdge's sender from sending what the origins read. */
export function judgeNode(
  facts: NodeFacts,
  wanted: Wanted,
): { readonly args: SenderArgs | undefined; readonly findings: readonly Finding[] } {
  const host = hostFindings(facts);
  const line = facts.log.findLast((one) => one.includes('[TOA]args:'));
  return { args: argsOf(line ?? ''), findings: host.length > 0 ? host : senderFindings(facts, wanted) };
}
