import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { packageRoot } from '../../../src/base/package-root.ts';
import { PRESETS, isKind, wrongKinds } from './kinds.ts';

it('the presets are those of the programs', () => {
  const header = readFileSync(join(packageRoot(), 'kmod/include/toa_option.h'), 'utf8');
  const table = header.slice(header.indexOf('#define TOA_PRESETS'), header.indexOf('}, \\\n}'));
  expect([...table.matchAll(/\{ "([\w-]+)"/g)].map(([, name]) => name)).toEqual(PRESETS);
});

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
