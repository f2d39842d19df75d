import { describe, expect, it } from 'vitest';
import type { TaskInfo } from '../../src/engine/events.ts';
import { plain } from '../../src/report/colors.ts';
import { endingLines } from '../../src/report/screen/ending.ts';
import { frame } from '../../src/report/screen/frame.ts';
import { ScreenModel } from '../../src/report/screen/model.ts';
import { widthOf } from '../../src/report/width.ts';

const span = { file: 'site.yml', line: 4, column: 7 };
const task: TaskInfo = {
  id: 1,
  name: 'build',
  action: 'kmod_build',
  span,
  isHandler: false,
  checkMode: false,
  noLog: false,
};

function modelWith(hosts: number): ScreenModel {
  const model = new ScreenModel({ diff: false, verbosity: 0 });
  const names = Array.from({ length: hosts }, (_, i) => `h${i}`);
  model.apply({ at: 0, type: 'play-start', name: 'all', hosts: names, check: false });
  model.apply({ at: 0, type: 'task-start', task, hosts: names });
  for (const host of names) model.apply({ at: 0, type: 'host-start', task, host });
  return model;
}

const ok = (host: string) =>
  ({
    at: 900,
    type: 'host-result',
    task,
    host,
    status: 'ok',
    ignored: false,
    looped: false,
    milliseconds: 1,
    result: {},
  }) as const;

describe('the live screen', () => {
  it('shows each running host with its progress', () => {
    const model = modelWith(3);
    model.apply({ at: 10, type: 'host-progress', task, host: 'h1', text: 'compiling', fraction: 0.5 });
    expect(frame(model, 100, 30, 65_000)).toEqual([
      '▸ build  [····················]   0%  0/3 hosts  1 min 05 s',
      '    h0  1 min 05 s',
      '    h1 [██████████··········]  50% compiling  1 min 05 s',
      '    h2  1 min 05 s',
    ]);
  });

  it('stays within a third of the screen at 300 hosts', () => {
    const lines = frame(modelWith(300), 60, 24, 1000);
    expect(lines).toHaveLength(9);
    expect(lines.at(-1)).toBe('    and 293 more');
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(60);
  });

  it('cuts by columns: a Chinese character or an emoji takes two, a combining accent none', () => {
    const model = modelWith(1);
    const named = { ...task, name: '部署网关🚀e\u0301'.repeat(12) };
    model.apply({ at: 0, type: 'task-start', task: { ...named, id: 2 }, hosts: ['h0'] });
    model.apply({ at: 0, type: 'host-start', task: { ...named, id: 2 }, host: 'h0' });
    const [head] = frame(model, 60, 30, 1000).filter((line) => line.includes('部署'));
    expect(widthOf(head)).toBeLessThanOrEqual(60);
    expect(widthOf(head)).toBeGreaterThan(57);
    expect(head.endsWith('…')).toBe(true);
  });

  it('says a finished task in one line', () => {
    const model = modelWith(2);
    model.apply(ok('h0'));
    model.apply(ok('h1'));
    model.apply({ at: 1000, type: 'stats', hosts: new Map(), custom: new Map() });
    expect(model.take().map(({ text, tail = '' }) => text + tail)).toEqual(['all  (2 hosts)', '✔ build  2 ok  1.0 s']);
  });
});

describe('what a task says on the live screen', () => {
  const numbers = Array.from({ length: 9 }, (_, i) => `${i + 1}\n`);
  const diff = { before: numbers.join(''), after: numbers.join('').replace('5\n', 'five\n') };
  const changed = { ...ok('h0'), status: 'changed', result: { changed: true, diff } } as const;

  it('shows as many lines around a change as were asked for', () => {
    for (const [diffContext, hunk] of [
      [undefined, '@@ -2,7 +2,7 @@'],
      [1, '@@ -4,3 +4,3 @@'],
    ] as const) {
      const model = new ScreenModel({ diff: true, diffContext, verbosity: 0 });
      model.apply(changed);
      expect(model.take()[0].text.split('\n')[2]).toBe(hunk);
    }
  });

  it('says nothing of a change without a difference', () => {
    const model = new ScreenModel({ diff: true, verbosity: 0 });
    model.apply({ ...changed, result: { changed: true, diff: { before: 'a', after: 'a' } } });
    expect(model.take()).toEqual([]);
  });

  it('writes results in the format that was asked for', () => {
    const format = { toYaml: (result: object) => `keys: ${Object.keys(result).join(' ')}\n` };
    const debug = { ...ok('h0'), task: { ...task, action: 'debug' }, result: { msg: 'hello' } } as const;
    const model = new ScreenModel({ diff: false, verbosity: 0, format });
    model.apply(debug);
    expect(model.take()).toEqual([{ kind: 'note', text: '  h0: \n    keys: msg' }]);
  });
});

describe('the end of the screen', () => {
  const counters = { ok: 3, changed: 1, unreachable: 0, failed: 0, skipped: 0, rescued: 0, ignored: 0 };
  const failed = { ...counters, failed: 1 };
  const end = { columns: 200, paint: plain, tasks: 9, milliseconds: 65_000 };

  it('drops zero counters where the terminal is narrow', () => {
    expect(endingLines(new Map([['web1', counters]]), [], { ...end, columns: 60 })).toEqual([
      '',
      `${'web1'.padEnd(26)} : ok=3    changed=1`,
      '',
      '9 tasks on 1 hosts, 1 min 05 s in all',
    ]);
  });

  it('lists only hosts with problems when there are many', () => {
    const hosts = new Map(Array.from({ length: 300 }, (_, i) => [`h${i}`, i === 7 ? failed : counters]));
    const failure = { host: 'h7', task: 't', place: 'a.yml:1:1', text: 'no', code: 'E_X', remedy: 'mend it' };
    const lines = endingLines(hosts, [failure], end);
    expect(lines.filter((line) => line.includes('ok='))).toHaveLength(1);
    expect(lines).toContain('299 of 300 hosts all well, 299 of them changed');
    expect(lines.slice(-4)).toEqual([
      'h7: E_X: no',
      '    at a.yml:1:1 (t)',
      '    do: mend it',
      '9 tasks on 300 hosts, 1 min 05 s in all',
    ]);
  });

  it('folds the same failure of many hosts, whatever their names and addresses, and says how to repeat them', () => {
    const names = Array.from({ length: 15 }, (_, i) => `app-${String(i + 7).padStart(3, '0')}`);
    const failures = names.map((host, i) => ({
      host,
      task: 't',
      place: 'a.yml:1:1',
      text: `${host}: root@10.0.0.${i}: no answer`,
      code: 'E_UNREACHABLE',
    }));
    const other = { host: 'db1', task: 't', place: 'a.yml:1:1', text: 'another' };
    const hosts = new Map([...names, 'db1'].map((host) => [host, failed]));
    const repeatHint = (all: readonly string[]): string => `--limit @${all.length}`;
    const lines = endingLines(hosts, [...failures, other], { ...end, repeatHint });
    expect(lines.slice(-7)).toEqual([
      'E_UNREACHABLE on 15 hosts: app-[007-021]',
      '    e.g. app-007: root@10.0.0.0: no answer',
      '    at a.yml:1:1 (t)',
      'db1: another',
      '    at a.yml:1:1 (t)',
      'again on these 16 hosts: --limit @16',
      '9 tasks on 16 hosts, 1 min 05 s in all',
    ]);
  });
});
