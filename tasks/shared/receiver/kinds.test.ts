import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { packageRoot } from '../../../src/base/package-root.ts';
import { PRESETS, isKind, vendorsOf, wrongKinds } from './kinds.ts';

it('the presets are those of the programs', () => {
  const header = readFileSync(join(packageRoot(), 'kmod/include/toa_option.h'), 'utf8');
  const table = header.slice(header.indexOf('#define TOA_PRESETS'), header.indexOf('}, \\\n}'));
  const rows = [...table.matchAll(/\{ "([\w-]+)",\s*\{ ([^}]*) \}/g)];
  expect(rows.map(([, name]) => name)).toEqual(PRESETS);
  for (const [, name, numbers] of rows) {
    const words = numbers.split(', ');
    const pairs = words.filter((_, at) => at % 2 === 0).map((kind, at) => [Number(kind), words[2 * at + 1]] as const);
    const order = pairs.toSorted((a, b) => a[0] - b[0] || Number.parseInt(a[1], 10) - Number.parseInt(b[1], 10));
    const rules = order.map(([kind, len]) => `${kind}:${len.replace(' | TOA_RULE_SYN', '@syn')}`);
    expect(vendorsOf(rules.join(',')).split(', '), name).toContain(name);
  }
});

it('rules that no vendor has are told as they are', () => expect(vendorsOf('100:8,254:8@syn')).toBe('100:8,254:8@syn'));

it.each(['default', 'aliyun-cdn', '254:8', '253:20', '28:7'])('%s is a kind', (text) =>
  expect(isKind(text)).toBe(true),
);

it.each([
  '',
  'Huawei',
  'huawei,lvs',
  '254',
  '254:9',
  '8:8',
  '30:8',
  '255:8',
  '254:08',
  '254:8\n',
  '254:4294967304',
  ' dpvs',
])('%j is none', (text) => {
  expect(isKind(text)).toBe(false);
  expect(wrongKinds(['default', text])).toMatchObject({ failed: true, code: 'E_TOA_VENDOR' });
});

it('a list without an entry is no list', () => expect(wrongKinds([])).toMatchObject({ code: 'E_TOA_VENDOR' }));
