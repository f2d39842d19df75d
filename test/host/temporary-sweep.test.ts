import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { BOOTSTRAP } from '../../src/host/session/scripts.ts';
import { useScratch } from '../support/scratch.ts';
import { shellNames } from '../support/shells.ts';

const at = useScratch();
const TWO_DAYS_AGO = Date.now() / 1000 - 2 * 86_400;

it.each(shellNames())('temporary files of killed calls go after a day [%s]', (name) => {
  for (const file of ['.toa-http.aXbYcZ', '.toa-new.aXbYcZ', '.toa-notes', 'other.aXbYcZ']) writeFileSync(at(file), '');
  mkdirSync(at('.toa.aXbYcZ'));
  writeFileSync(at('.toa.aXbYcZ/x'), '');
  for (const file of ['.toa-http.aXbYcZ', '.toa.aXbYcZ', '.toa-notes', 'other.aXbYcZ']) {
    utimesSync(at(file), TWO_DAYS_AGO, TWO_DAYS_AGO);
  }
  const words = name === 'busybox' ? ['busybox', 'sh'] : [name];
  execFileSync(words[0], [...words.slice(1), '-c', '. "$1"; toa_scratch_clean "$2"', 'sh', BOOTSTRAP, at()]);
  expect(readdirSync(at()).toSorted()).toEqual(['.toa-new.aXbYcZ', '.toa-notes', 'other.aXbYcZ']);
});
