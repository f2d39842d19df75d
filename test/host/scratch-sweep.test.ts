import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { BOOTSTRAP } from '../../src/host/session/scripts.ts';
import { shellNames } from '../support/shells.ts';
import { runProgram } from '../../scripts/lib/programs.mjs';

const folder = mkdtempSync(join(tmpdir(), 'toa-sweep-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** $1: the bootstrap; $2: the folder. */
const LITTER = `
. "$1"; cd "$2" || exit; TMPDIR=$2; export TMPDIR
toa_scratch_make live >made
mkdir .toa-play.dead .toa-play.reused .toa-play.boot .toa-play.unnamed .toa-play.junk .toa-play.elsewhere target
sh -c '. "$1"; toa_process $$' sh "$1" >.toa-play.dead/.owner
toa_process $$ | sed 's/ [0-9]* / 7 /' >.toa-play.reused/.owner
echo "$$ 7 another-boot pid:[7]" >.toa-play.boot/.owner
echo junk >.toa-play.junk/.owner
toa_process $$ | sed 's/ [0-9]* / 7 /; s/[^ ]*$/pid:[7]/' >.toa-play.elsewhere/.owner
: >target/kept; ln -s target .toa-play.link
`;

/** A session that begins, and one that makes a folder of its own. */
const SWEEPING = { toa_session_start: [], 'toa_scratch_make new >made': ['new'] };
const cases = shellNames().flatMap((name) => Object.entries(SWEEPING).map(([how, more]) => [name, how, more] as const));

it.each(cases)('a new session sweeps what is nobody’s any more, and nothing else [%s, %s]', (name, how, more) => {
  const place = mkdtempSync(join(folder, 'a-'));
  const words = name === 'busybox' ? ['busybox', 'sh'] : [name];
  runProgram(words[0], [...words.slice(1), '-c', LITTER + how, 'sh', BOOTSTRAP, place]);
  const left = readdirSync(place).filter((file) => file.startsWith('.toa-play.'));
  expect(left.toSorted()).toEqual(
    ['elsewhere', 'junk', 'link', 'live', 'unnamed', ...more].map((end) => `.toa-play.${end}`).toSorted(),
  );
  expect(readdirSync(join(place, 'target'))).toEqual(['kept']);
});

/** A session beside one that lives; whether it looked for leftovers. */
const BESIDE = `
. "$1"; cd "$2" || exit; TMPDIR=$2; export TMPDIR
toa_scratch_make live >made
find() { case $1 in "$TMPDIR"/*) : >"$TMPDIR/looked" ;; esac; }
toa_scratch_sweep
`;

it.each(shellNames())('beside sessions that live a new one starts no program [%s]', (name) => {
  const place = mkdtempSync(join(folder, 'b-'));
  const words = name === 'busybox' ? ['busybox', 'sh'] : [name];
  runProgram(words[0], [...words.slice(1), '-c', BESIDE, 'sh', BOOTSTRAP, place]);
  expect(readdirSync(place).toSorted()).toEqual(['.toa-play.live', 'made']);
});
