import { release } from '../releases.ts';

/** What DPVS makes of a number that it does not take as it is: it rounds down to this form, and says so at level INFO only. */
export type Form = '2^n' | '2^n-1';

export type Rule = { readonly init?: boolean; readonly since?: number; readonly until?: number } & (
  | { readonly is: 'number'; readonly from: number; readonly to: number; readonly form?: Form }
  | { readonly is: 'switch' | 'flag' }
  | { readonly is: 'word'; readonly of: readonly string[] }
  | { readonly is: 'text'; readonly like: RegExp; readonly what: string; readonly lines?: boolean }
  | { readonly is: 'ids'; readonly to: number }
  | { readonly is: 'block'; readonly keys: Keys; readonly named?: RegExp }
);
export type Keys = Readonly<Record<string, Rule>>;

/** Queues that DPVS can have on a port; `rx_queue_ids` are below it. */
export const MAX_QUEUES = 16;
/** Ids of CPUs that workers may have: the pool of local addresses keeps them in 64 bits. */
export const MAX_CPU = 63;

const SECONDS = 31_535_999;
const number = (from: number, to: number, more: Partial<Rule> = {}): Rule =>
  ({ is: 'number', from, to, ...more }) as Rule;
const init = (rule: Rule): Rule => ({ ...rule, init: true });
const since = (minor: number, patch: number, rule: Rule): Rule => ({ ...rule, since: release(1, minor, patch) });
const before = (minor: number, patch: number, rule: Rule): Rule => ({ ...rule, until: release(1, minor, patch) });
const block = (keys: Keys, named?: RegExp): Rule => ({ is: 'block', keys, ...(named && { named }) });
const word = (...of: string[]): Rule => ({ is: 'word', of });
const text = (like: RegExp, what: string): Rule => ({ is: 'text', like, what });
const each = (names: readonly string[], rule: Rule): Keys => Object.fromEntries(names.map((name) => [name, rule]));
const onOff: Rule = { is: 'switch' };
const flag: Rule = { is: 'flag' };

const NAME = /^[A-Za-z][\w.]{0,14}$/;
const path = text(/^\/[\w./@+-]{1,200}$/, 'an absolute path of letters, digits and . / @ + - _');
/** The kernel takes 15 characters; DPVS cuts at 31 and says nothing. */
const kniName = text(NAME, 'the name of a network interface, at most 15 characters');
const RSS = ['all', 'ip', 'tcp', 'udp', 'sctp', 'ether', 'port', 'tunnel'];
const rss = text(
  new RegExp(`^(?:${RSS.join('|')})(?:\\|(?:${RSS.join('|')}))*$`),
  `of ${RSS.join(', ')}; several with |`,
);

const queues = init(number(1, MAX_QUEUES));
const descriptors = init(number(16, 8192, { form: '2^n' }));

const device: Keys = {
  rx: init(block({ queue_number: queues, descriptor_number: descriptors, rss: init(rss) })),
  tx: init(
    block({
      queue_number: queues,
      descriptor_number: descriptors,
      mbuf_fast_free: init(since(9, 10, onOff)),
    }),
  ),
  fdir: init(
    before(
      9,
      0,
      block({
        filter: onOff,
        mode: word('none', 'signature', 'perfect', 'perfect_mac_vlan', 'perfect_tunnel'),
        pballoc: word('64k', '128k', '256k'),
        status: word('close', 'matched', 'always'),
      }),
    ),
  ),
  mtu: init(number(68, 9000)),
  promisc_mode: init(flag),
  allmulticast: init(since(9, 6, flag)),
  kni_name: init(kniName),
};

const bonding: Keys = {
  mode: init(number(0, 6)),
  slave: init({ is: 'text', like: NAME, what: 'names of devices', lines: true }),
  primary: init(text(NAME, 'the name of a device')),
  numa_node: init(since(9, 0, number(0, 63))),
  kni_name: init(kniName),
  options: init(since(8, 12, text(/^dedicated_queues=(?:on|off|enable|disable)$/, 'dedicated_queues=on or =off'))),
};

const port: Keys = {
  rx_queue_ids: init({ is: 'ids', to: MAX_QUEUES - 1 }),
  tx_queue_ids: init({ is: 'ids', to: MAX_QUEUES - 1 }),
  isol_rx_cpu_ids: init({ is: 'ids', to: MAX_CPU }),
  isol_rxq_ring_sz: init(number(1024, 2 ** 31 - 1)),
};

/** In the order in which DPVS needs them: a kni worker's type stands before its CPU, that before icmp_redirect_core. */
const worker: Keys = {
  type: init(word('master', 'slave', 'kni')),
  cpu_id: init(number(0, MAX_CPU)),
  icmp_redirect_core: init(since(8, 10, flag)),
  port: init(block(port, NAME)),
};

const synproxy = block({
  synack_options: block({
    mss: number(1, 65_535),
    ttl: number(1, 255),
    sack: flag,
    wscale: number(0, 14),
    timestamp: flag,
  }),
  close_client_window: since(9, 2, flag),
  defer_rs_syn: flag,
  rs_syn_max_retry: number(1, 99),
  ack_storm_thresh: number(1, 999),
  max_ack_saved: number(1, 63),
  conn_reuse_state: block(each(['close', 'time_wait', 'fin_wait', 'close_wait', 'last_ack'], flag)),
});

const TCP_STATES =
  'none established syn_sent syn_recv fin_wait time_wait close close_wait last_ack listen synack last'.split(' ');

const ipvs: Keys = {
  conn: block({
    conn_pool_size: init(number(65_536, 2 ** 30, { form: '2^n-1' })),
    conn_pool_cache: init(number(2, 2 ** 20, { form: '2^n' })),
    conn_init_timeout: number(1, SECONDS),
    expire_quiescent_template: flag,
    fast_xmit_close: init(flag),
    xmit_ttl: flag,
    redirect: init(onOff),
  }),
  udp: block({
    defence_udp_drop: flag,
    uoa_mode: word('opp', 'ipo'),
    uoa_max_trail: number(0, 255),
    timeout: block({ normal: number(1, SECONDS), last: number(1, SECONDS), oneway: since(9, 6, number(1, SECONDS)) }),
  }),
  tcp: block({ defence_tcp_drop: flag, timeout: block(each(TCP_STATES, number(1, SECONDS))), synproxy }),
};

const fragment = block({
  bucket_number: init(number(32, 65_536)),
  bucket_entries: init(number(1, 256)),
  max_entries: init(number(32, 409_600)),
  ttl: init(number(1, 255)),
});

const route6 = block({
  method: init(word('hlist', 'lpm')),
  recycle_time: number(10, 36_000),
  lpm: block({
    lpm6_max_rules: init(number(16, 65_536)),
    lpm6_num_tbl8s: init(number(256, 1_048_576)),
    rt6_array_size: init(before(9, 10, number(16, 2 ** 31 - 1))),
    rt6_hash_bucket: init(number(16, 65_536)),
  }),
});

/**
 * What may stand in dpvs.conf, by root: ranges as DPVS's own conf/dpvs.conf.items has them, and the releases that know a key as its tags
 * have it (1.8.2 to 1.10.2). What is outside DPVS replaces
 * by a default, what it does not know it passes over; so both are refused here, before anything starts.
 */
export const ROOTS: Keys = {
  global_defs: block({
    log_level: word('EMERG', 'ALERT', 'CRIT', 'ERR', 'WARNING', 'NOTICE', 'INFO', 'DEBUG'),
    log_file: path,
    log_async_mode: init(onOff),
    log_with_timestamp: since(9, 2, onOff),
    log_async_pool_size: init(since(9, 2, number(1023, 2 ** 30))),
    kni: init(since(9, 4, onOff)),
    pdump: init(onOff),
    lldp: since(9, 8, onOff),
  }),
  netif_defs: block({
    pktpool_size: init(number(1023, 134_217_727, { form: '2^n-1' })),
    pktpool_cache: init(number(32, 8192, { form: '2^n' })),
    fdir_mode: init(since(9, 0, word('perfect', 'signature'))),
    device: init(block(device, NAME)),
    bonding: init(block(bonding, NAME)),
  }),
  worker_defs: block({ worker: init(block(worker, NAME)) }),
  timer_defs: block({ schedule_interval: number(1, 10_000_000) }),
  neigh_defs: block({ unres_queue_length: init(number(16, 8192)), timeout: number(1, 3600) }),
  ipset_defs: since(9, 2, block({ ipset_hash_pool_size: init(number(65_536, 524_288)) })),
  ipv4_defs: block({ forwarding: onOff, default_ttl: init(number(0, 255)), fragment }),
  ipv6_defs: block({
    disable: onOff,
    forwarding: onOff,
    addr_gen_mode: since(9, 8, word('eui64', 'none', 'stable-privacy', 'random')),
    stable_secret: since(9, 8, text(/^[0-9a-f]{32}$/, '32 hexadecimal digits')),
    route6,
  }),
  ctrl_defs: block({
    ipc_msg: before(9, 6, block({ unix_domain: init(path) })),
    lcore_msg: block({
      ring_size: init(number(256, 524_288)),
      sync_msg_timeout_us: number(1, 2 ** 31 - 1),
      priority_level: word('low', 'norm', 'high', 'ign'),
    }),
  }),
  ipvs_defs: block(ipvs),
  sa_pool: block({ pool_hash_size: init(number(1, 128)), flow_enable: init(since(9, 0, onOff)) }),
};
