import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { childProgram, tryProgram } from '../../scripts/lib/programs.mjs';
import { useScratch } from '../support/scratch.ts';

const at = useScratch();
const PROGRAM = resolve('bin/toa-play.js');

function site(): string[] {
  const tasks = [
    { name: 'secret', command: 'echo hunter2', no_log: true },
    { name: 'a < b & "c"', command: 'sh -c "printf \'\\033[31m\' >&2; exit 3"', when: "inventory_hostname == 'h1'" },
    { name: 'slow', command: 'sleep 30', when: 'wait is defined' },
  ];
  writeFileSync(at('site.yml'), JSON.stringify([{ name: 'web', hosts: 'all', gather_facts: false, tasks }]));
  return [PROGRAM, at('site.yml'), '-i', 'h1,h2,', '-c', 'local'];
}

interface Recorded {
  readonly type: string;
  readonly host?: string;
}
const recorded = (): Recorded[] =>
  readFileSync(at('run.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Recorded);

it('--record keeps every event, readable by its owner only, without what no_log hides', () => {
  const { status } = tryProgram(process.execPath, [...site(), '--record', at('run.jsonl')]);
  expect(status).toBe(2);
  const events = recorded();
  expect([events[0].type, events.at(-1)?.type]).toEqual(['run-start', 'run-end']);
  expect(events.filter(({ type }) => type === 'host-result')).toHaveLength(5);
  expect(readFileSync(at('run.jsonl'), 'utf8')).not.toContain('hunter2');
  expect(statSync(at('run.jsonl')).mode & 0o777).toBe(0o600);
});

it('--record is whole up to the moment when the run was killed', async () => {
  const args = [...site(), '--record', at('run.jsonl'), '-e', 'wait=1', '--limit', 'h2'];
  const child = childProgram(process.execPath, args);
  const ended = new Promise((done) => child.on('close', done));
  const last = (): string => readFileSync(at('run.jsonl'), 'utf8');
  for (let i = 0; i < 300; i++) {
    await delay(100);
    try {
      if (/"host-start"[^\n]*"slow"/.test(last())) break;
    } catch {
      // not made yet
    }
  }
  child.kill('SIGKILL');
  await ended;
  expect(recorded().filter(({ type }) => type === 'host-result')).toHaveLength(2);
});

it('--junit writes what xmllint and CI systems read', () => {
  tryProgram(process.execPath, [...site(), '--junit', at('junit.xml')]);
  const text = readFileSync(at('junit.xml'), 'utf8');
  const parsed = tryProgram('python3', [
    '-c',
    'import sys,xml.etree.ElementTree as e; r=e.parse(sys.argv[1]).getroot(); s=r[0]; print(s.get("tests"), s.get("failures"), s.get("skipped"), [c.get("name") for c in s if len(c) and c[0].tag=="failure"])',
    at('junit.xml'),
  ]);
  expect(parsed).toMatchObject({ status: 0, stdout: `5 1 2 ['[h1] a < b & "c"']\n` });
  expect(text).toContain('ended with rc 3');
  expect(text).not.toContain('hunter2');
});

it('a file that cannot be written is said before any host is touched', () => {
  const { status, stderr, stdout } = tryProgram(process.execPath, [...site(), '--record', at('no/run.jsonl')]);
  expect([status, stdout]).toEqual([1, '']);
  expect(stderr).toMatch(/^ERROR! E_FILE_WRITE: cannot write .*\n {2}remedy: /m);
});
