import { describe, expect, it } from 'vitest';
import { formatIpAddress, parseIpAddress } from '../../../src/base/net/ip-address.ts';

describe('parseIpAddress', () => {
  it.each([
    '010.0.0.1',
    '1.2.3',
    '167772161',
    '0x7f000001',
    '1.2.3.256',
    ' 10.0.0.1',
    '10.0.0.1\n',
    'fe80::1%eth0',
    '::ffff:1.2.3',
    '1::2::3',
    '[::1]',
    '',
  ])('refuses %j, which is not how an address is written', (text) => {
    expect(parseIpAddress(text)).toBeUndefined();
  });

  it.each([
    ['0.0.0.0', '0.0.0.0'],
    ['255.255.255.255', '255.255.255.255'],
    ['0:0:0:0:0:0:0:0', '::'],
    ['2001:DB8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['::ffff:c000:280', '::ffff:192.0.2.128'],
    ['::102:304', '::1.2.3.4'],
    ['::1.2.3.4', '::1.2.3.4'],
    ['::1', '::1'],
    ['64:ff9b::192.0.2.33', '64:ff9b::c000:221'],
  ])('%s is written %s', (text, shortest) => {
    const address = parseIpAddress(text);
    expect(address && formatIpAddress(address)).toBe(shortest);
  });
});
