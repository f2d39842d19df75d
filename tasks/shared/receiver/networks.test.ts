import { describe, expect, it } from 'vitest';
import { allowList, isAllowed, isNetwork, openList, suggestedNetworks, wrongBalancers } from './networks.ts';

describe('networks of balancers', () => {
  it.each([
    '10.0.0.0/8',
    '192.0.2.7',
    '0.0.0.0/0',
    '2001:db8::/32',
    '::',
    '::/0',
    '::ffff:10.0.0.0/104',
    '1:2:3:4:5:6:7:8/128',
  ])('%s is one', (text) => expect(isNetwork(text)).toBe(true));

  it.each([
    '10.0.0.0/8\n0.0.0.0/0',
    '10.0.0.0/8\n',
    '10.0.0.0/8 0.0.0.0/0',
    '10.0.0.0/8,0.0.0.0/0',
    '10.0.0.0/33',
    '10.0.0.0/08',
    '10.0.0.0/+8',
    '10.0.0.0/',
    '010.0.0.0/8',
    '10.0.0/8',
    '2001:db8::/129',
    'fe80::1%eth0',
    '10.0.0.0/8\0',
    ' 10.0.0.0/8',
    '10.0.0.0/8 # office',
    'any',
    'none',
    '',
  ])('%j is none', (text) => {
    expect(isNetwork(text)).toBe(false);
    expect(wrongBalancers(['192.0.2.1', text])).toMatchObject({ failed: true, code: 'E_TOA_NETWORK' });
  });

  it('everybody has to be said, and alone', () => {
    expect(wrongBalancers([])).toMatchObject({ failed: true, code: 'E_TOA_BALANCERS' });
    expect(wrongBalancers(['any'])).toBeUndefined();
    expect(wrongBalancers(['any', '10.0.0.0/8'])).toMatchObject({ code: 'E_TOA_NETWORK' });
    expect(allowList(['any'])).toBe('');
    expect(allowList(['10.0.0.0/8', '::1'])).toBe('10.0.0.0/8\n::1');
  });

  it.each([
    [['any'], 'no allow-list'],
    [['0.0.0.0/0'], 'all of IPv4:'],
    [['::/0'], 'all of IPv4 and IPv6:'],
    [['2000::/3'], 'all of IPv6:'],
    [['128.0.0.0/1', '10.0.0.0/8', '0.0.0.0/1'], 'all of IPv4:'],
    [['::ffff:0:0/96'], 'all of IPv4:'],
  ])('%j warns', (list, text) => expect(openList(list)).toContain(text));

  it.each([[['10.0.0.0/8', '2001:db8::/32']], [['0.0.0.0/1', '128.0.0.0/2']]])('%j does not', (list) =>
    expect(openList(list)).toBeUndefined(),
  );
});

it.each([
  [['10.9.0.7'], ['10.9.0.7/32']],
  [
    ['10.9.0.7', '10.9.0.8', '192.0.2.1', '10.9.0.7'],
    ['10.9.0.0/24', '192.0.2.1/32'],
  ],
  [
    ['2001:db8::1', '2001:db8::2', '2001:db8:1::1'],
    ['2001:db8:0:0::/64', '2001:db8:1::1/128'],
  ],
  [['10.0.0.0/8', 'x; rm', ''], []],
])('%j: the networks that would let them in are %j', (addresses, networks) => {
  expect(suggestedNetworks(addresses)).toEqual(networks);
  for (const network of networks) expect(isNetwork(network), network).toBe(true);
});

it.each([
  ['10.9.0.7', ['10.0.0.0/8'], true],
  ['11.9.0.7', ['10.0.0.0/8', '2001:db8::/32'], false],
  ['2001:db8::9', ['10.0.0.0/8', '2001:db8::/32'], true],
  ['11.9.0.7', ['any'], true],
  ['no address', ['any'], false],
])('%s is let in by %j: %s', (address, allow, is) => expect(isAllowed(address, allow)).toBe(is));
