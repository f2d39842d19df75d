import { readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { useScratch } from '../support/scratch.ts';
import { tryProgram } from '../../scripts/lib/programs.mjs';

const at = useScratch();

/** A playbook whose results no template reads. */
function playbook(): string[] {
  writeFileSync(at('file'), 'hello\n');
  // A file system keeps a later time of access as it is when the file is read.
  utimesSync(at('file'), Date.now() / 1000 + 3600, 1_700_000_000);
  const tasks = [{ stat: { path: at('file') } }, { stat: { path: at('file') }, register: 'st' }];
  const play = { hosts: 'all', gather_facts: false, tasks };
  writeFileSync(at('site.yml'), JSON.stringify([play]));
  return [at('site.yml'), '-i', 'h1,', '-c', 'local'];
}

function output(command: string, args: readonly string[]): string {
  const env = { ...process.env, ANSIBLE_LOCALHOST_WARNING: '0', ANSIBLE_NOCOLOR: '1' };
  const { status, stdout, stderr } = tryProgram(command, args, { cwd: at('.'), env });
  expect(status, stderr).toBe(0);
  return stdout;
}

const ours = (...args: readonly string[]): string => output(process.execPath, [resolve('bin/toa-play.js'), ...args]);

/** The results that a run printed, times as whole seconds: stat(1) of old hosts knows no others. */
function results(text: string): Record<string, unknown>[] {
  const lines = text.split('\n').filter((line) => line.includes('ok: [h1] => '));
  const whole = (_key: string, value: unknown): unknown => (typeof value === 'number' ? Math.trunc(value) : value);
  return lines.map(
    (line) => (JSON.parse(line.slice(line.indexOf('{')), whole) as { stat: Record<string, unknown> }).stat,
  );
}

it('-v shows all that ansible-playbook shows of a stat', () => {
  const args = [...playbook(), '-v'];
  const theirs = results(output('ansible-playbook', args));
  expect(theirs).toHaveLength(2);
  expect(theirs[0]).toHaveProperty('checksum');
  expect(results(ours(...args))).toEqual(theirs);
});

it('a log file and --json show it too', () => {
  const log = join(at('.'), 'log');
  ours(...playbook(), '--log-file', log);
  const logged = results(readFileSync(log, 'utf8'));
  const events = ours(...playbook(), '--json')
    .trim()
    .split('\n');
  const told = events
    .map((line) => JSON.parse(line) as { type: string; result: { stat: Record<string, unknown> } })
    .filter(({ type }) => type === 'host-result')
    .map(({ result }) => result.stat);
  for (const stats of [logged, told]) {
    expect(stats).toHaveLength(2);
    for (const stat of stats)
      for (const key of ['checksum', 'mimetype', 'attributes']) expect(stat).toHaveProperty(key);
  }
});
