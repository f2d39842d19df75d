import { describe, expect, it } from 'vitest';
import { isService, wrongServices } from './services.ts';

describe('services of toa_sender, as kmod/sender/services.c reads them', () => {
  it.each([
    '10.0.2.0/24',
    '10.0.2.8',
    '10.0.2.8:80',
    '10.0.2.0/24:65535',
    '2001:db8::/64',
    '2001:db8::8',
    '[2001:db8::8]:80',
  ])('%s is one', (text) => expect(isService(text)).toBe(true));
  it.each([
    '',
    '10.0.2.8:0',
    '10.0.2.8:65536',
    '10.0.2.8:080',
    '10.0.2.0/33',
    '10.0.2.8:80:80',
    '[10.0.2.8',
    '[2001:db8::8]',
    '[2001:db8::8]80',
    'host:80',
    '10.0.2.8:80\n0.0.0.0/0',
    '10.0.2.8 10.0.2.9',
  ])('%j is none', (text) => expect(isService(text)).toBe(false));
  it('says which one is wrong', () => {
    expect(wrongServices(['10.0.2.8', 'x'])).toMatchObject({ code: 'E_TOA_SERVICE', msg: '"x" is no service' });
    expect(wrongServices([])).toMatchObject({ code: 'E_TOA_SERVICE' });
    expect(wrongServices(['10.0.2.8:80'])).toBeUndefined();
  });
});
