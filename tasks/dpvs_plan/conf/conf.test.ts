import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readConf } from '../../../test/support/dpvs-conf.ts';
import { releaseOf } from '../releases.ts';
import { type Conf, rounded, wrongConf } from './check.ts';
import { type Keys, ROOTS, type Rule } from './keys.ts';
import { confText } from './write.ts';

const problems = (conf: Conf, version = '1.9.10'): string[] => {
  const of = releaseOf(version);
  if (!of) throw new Error(version);
  return wrongConf(conf, of);
};
const netif = (more: Conf): Conf => ({ netif_defs: more });
const device = (more: Conf): Conf => netif({ device: { dpdk0: more } });

describe('dpvs.conf: what DPVS would pass over or replace is refused with its place', () => {
  it.each<[Conf, string]>([
    [{ netif_def: {} }, 'netif_def is no key of dpvs.conf, and DPVS would pass over it. Did you mean netif_defs?'],
    [netif({ pktpool_size: 100 }), 'netif_defs > pktpool_size: 100 is not a number from 1023 to 134217727'],
    [netif({ pktpool_size: 100_000 }), 'say 65536 or 131072'],
    [netif({ pktpool_size: '1000000x' }), '"1000000x" is not a number'],
    [netif({ pktpool_cache: 100 }), 'say 64 or 128'],
    [netif({ fdir_mode: 'exact' }), 'is not one of perfect, signature'],
    [netif({ device: 'dpdk0' }), 'netif_defs > device: has to be a block'],
    [netif({ device: { 'dpdk0 {': {} } }), 'is no name of a device'],
    [
      device({ rx: { queue_number: 17 } }),
      'netif_defs > device dpdk0 > rx > queue_number: 17 is not a number from 1 to 16',
    ],
    [device({ rx: { descriptor_number: 1000 } }), 'say 512 or 1024'],
    [device({ rx: { rss: 'all|some' } }), '"all|some" is not of all, ip'],
    [device({ mtu: 9001 }), '9001 is not a number from 68 to 9000'],
    [device({ kni_name: 'dpdk0.kni.of.mine' }), 'at most 15 characters'],
    [device({ kni_name: 'a\n}\nglobal_defs {' }), 'at most 15 characters'],
    [device({ promisc_mode: 'maybe' }), 'its key stands in the file, or does not'],
    [device({ fdir: {} }), 'fdir is not known to DPVS 1.9.10 any more'],
    [{ global_defs: { log_file: '/var/log/a b' } }, 'is not an absolute path'],
    [{ global_defs: { log_level: 'LOUD' } }, 'is not one of EMERG'],
    [{ worker_defs: { worker: { cpu1: { cpu_id: 64 } } } }, 'worker cpu1 > cpu_id: 64 is not a number from 0 to 63'],
    [
      { worker_defs: { worker: { cpu1: { port: { dpdk0: { rx_queue_ids: '0 16' } } } } } },
      'worker cpu1 > port dpdk0 > rx_queue_ids: "0 16" is not ids from 0 to 15',
    ],
    [{ ipvs_defs: { conn: { conn_pool_size: 1000 } } }, 'is not a number from 65536'],
    [
      { ipvs_defs: { tcp: { synproxy: { synack_options: { wscale: 15 } } } } },
      'wscale: 15 is not a number from 0 to 14',
    ],
    [{ sa_pool: { flow_enable: 'yes please' } }, 'is not on or off'],
    [{ constructor: {} }, 'constructor is no key of dpvs.conf'],
  ])('%j: %s', (conf, message) => expect(problems(conf).join('\n')).toContain(message));

  it('keys are those of the release', () => {
    expect(problems({ global_defs: { kni: false } }, '1.8-10')).toEqual([
      'global_defs > kni is not known to DPVS 1.8-10',
    ]);
    expect(problems({ sa_pool: { flow_enable: false } }, '1.8-10')).toHaveLength(1);
    expect(problems(device({ fdir: { mode: 'perfect' } }), '1.8-10')).toEqual([]);
    expect(problems(device({ allmulticast: true }), '1.9.4')).toHaveLength(1);
    expect(problems(device({ allmulticast: true }), '1.10.2')).toEqual([]);
    const socket = { ctrl_defs: { ipc_msg: { unix_domain: '/var/run/dpvs_ctrl' } } };
    expect(problems(socket, '1.9.4')).toEqual([]);
    expect(problems(socket, '1.9.6')).toEqual(['ctrl_defs > ipc_msg is not known to DPVS 1.9.6 any more']);
  });

  it('says all of it in one go', () => {
    expect(
      problems({ x: 1, netif_defs: { pktpool_size: 1, pktpool_cache: 1 }, sa_pool: { pool_hash_size: 0 } }),
    ).toHaveLength(4);
  });
});

describe('dpvs.conf as text', () => {
  it('has keys in the order that DPVS needs, switches as on and off, flags as their key', () => {
    const text = confText({
      worker_defs: {
        worker: {
          cpu5: { port: { dpdk0: { rx_queue_ids: [4, 5] } }, icmp_redirect_core: true, cpu_id: 5, type: 'kni' },
        },
      },
      netif_defs: {
        bonding: { bond0: { mode: 4, slave: ['dpdk0', 'dpdk1'], primary: 'dpdk0' } },
        device: { dpdk0: { promisc_mode: false, allmulticast: true } },
      },
      global_defs: { kni: false },
    });
    const words = text
      .split('\n')
      .map((line) => line.trim().replace('<init> ', ''))
      .slice(1);
    expect(words.join(' ')).toBe(
      'global_defs { kni off } netif_defs { device dpdk0 { allmulticast } bonding bond0 { mode 4 slave dpdk0 slave dpdk1 primary dpdk0 } } ' +
        'worker_defs { worker cpu5 { type kni cpu_id 5 icmp_redirect_core port dpdk0 { rx_queue_ids 4 5 } } }',
    );
  });
});

/** A value that a rule takes, as the text that the file has for it. */
function valueFor(rule: Rule): fc.Arbitrary<unknown> | undefined {
  switch (rule.is) {
    case 'number':
      return fc.integer({ min: rule.from, max: rule.to }).map((value) => {
        const taken = rounded(value, rule.form);
        return String(taken < rule.from ? rule.from : taken);
      });
    case 'switch':
      return fc.constantFrom('on', 'off');
    case 'word':
      return fc.constantFrom(...rule.of);
    case 'block':
      return blockFor(rule.keys).map((inner) => (rule.named ? { dpdk0: inner, dpdk1: inner } : inner));
    default:
      return undefined;
  }
}

function blockFor(keys: Keys): fc.Arbitrary<Conf> {
  const fields = Object.entries(keys).flatMap(([key, rule]) => {
    const known = rule.until === undefined;
    const value = known ? valueFor(rule) : undefined;
    return value ? [[key, value] as const] : [];
  });
  return fc.record(Object.fromEntries(fields), { requiredKeys: [] });
}

describe('whatever the data', () => {
  it('what is taken reads back from the file as it was given', () => {
    fc.assert(
      fc.property(blockFor(ROOTS), (conf) => {
        expect(problems(conf, '1.10.2')).toEqual([]);
        expect(readConf(confText(conf))).toEqual(JSON.parse(JSON.stringify(conf)));
      }),
      { numRuns: 50 },
    );
  });

  it('text that could break out of its line is refused wherever it stands', () => {
    const breaks = fc.constantFrom('a\nb', 'x }', '{', '! x', '# x', '<x>', ' ', '');
    fc.assert(
      fc.property(breaks, fc.constantFrom('log_file', 'log_level', 'kni'), (text, key) => {
        expect(problems({ global_defs: { [key]: text } })).toHaveLength(1);
        expect(problems(netif({ device: { [text]: {} } }))).toHaveLength(1);
        expect(problems(device({ kni_name: text, rx: { rss: text, queue_number: text } }))).toHaveLength(3);
        expect(problems({ [text]: {} })).toHaveLength(1);
      }),
    );
  });
});
