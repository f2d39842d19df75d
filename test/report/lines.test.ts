import { describe, expect, it } from 'vitest';
import type { EngineEvent, HostCounters, TaskInfo } from '../../src/engine/events.ts';
import { plain } from '../../src/report/colors.ts';
import { type LineOptions, LineReport } from '../../src/report/lines.ts';

const span = { file: 'site.yml', line: 4, column: 7 };
const task: TaskInfo = {
  id: 1,
  name: 'install',
  action: 'package',
  span,
  isHandler: false,
  checkMode: false,
  noLog: false,
};
const counters: HostCounters = { ok: 3, changed: 1, unreachable: 0, failed: 1, skipped: 0, rescued: 0, ignored: 0 };

function report(events: readonly EngineEvent[], verbosity = 0, more: Partial<LineOptions> = {}): string {
  let text = '';
  const lines = new LineReport({
    write: (piece) => (text += piece),
    paint: plain,
    verbosity,
    diff: true,
    showOk: true,
    showSkipped: true,
    ...more,
  });
  for (const event of events) lines.listener(event);
  return text;
}

const result = (host: string, status: 'ok' | 'changed' | 'failed', extra: object = {}): EngineEvent => ({
  at: 1,
  type: 'host-result',
  task,
  host,
  status,
  ignored: false,
  looped: false,
  milliseconds: 5,
  result: { changed: status === 'changed', ...extra },
});

describe('lines in the shape of ansible-playbook', () => {
  it('prints play and task banners 79 columns wide', () => {
    const text = report([
      { at: 0, type: 'play-start', name: 'web', hosts: ['a'], check: false },
      { at: 0, type: 'task-start', task, hosts: ['a'] },
    ]);
    expect(text).toBe(`\nPLAY [web] ${'*'.repeat(69)}\n\nTASK [install] ${'*'.repeat(65)}\n`);
  });

  it('prints results, the ignored mark and the diff', () => {
    const text = report([
      { at: 0, type: 'task-start', task, hosts: ['a', 'b'] },
      result('a', 'changed', { diff: { before: 'x\n', after: 'y\n', before_header: '/f', after_header: '/f' } }),
      { ...result('b', 'failed', { msg: 'no', rc: 1, failed: true }), ignored: true } as EngineEvent,
    ]);
    expect(text).toContain('--- before: /f\n+++ after: /f\n@@ -1 +1 @@\n-x\n+y\n');
    expect(text).toContain('changed: [a]\n');
    expect(text).toContain('fatal: [b]: FAILED! => {"changed": false, "msg": "no", "rc": 1}\n...ignoring\n');
  });

  it('follows the options of the default callback', () => {
    let failures = '';
    const text = report(
      [
        { at: 0, type: 'play-start', name: 'web', hosts: ['a'], check: true },
        { at: 0, type: 'task-start', task: { ...task, checkMode: true }, hosts: ['a'] },
        { at: 0, type: 'host-start', task, host: 'a' },
        result('a', 'failed', { msg: 'no', failed: true }),
        {
          at: 2,
          type: 'stats',
          hosts: new Map([['a', counters]]),
          custom: new Map([['_run', new Map([['count', 2]])]]),
        },
      ],
      0,
      {
        checkModeMarkers: true,
        showCustomStats: true,
        showPerHostStart: true,
        showTaskPathOnFailure: true,
        writeFailure: (piece) => (failures += piece),
      },
    );
    expect(failures).toBe('fatal: [a]: FAILED! => {"changed": false, "msg": "no"}\n');
    expect(text).not.toContain('FAILED');
    expect(text.match(/^DRY RUN \*+$/gm)).toHaveLength(2);
    expect(text).toMatch(/^PLAY \[web\] \[CHECK MODE\] \*+$/m);
    expect(text).toMatch(
      /^TASK \[install\] \[CHECK MODE\] \*+\n \[started TASK: install on a\]\ntask path: site.yml:4:7$/m,
    );
    expect(text).toMatch(/^CUSTOM STATS: \*+\n\n\tRUN: \{ "count": 2\}\n\n/m);
  });

  it('writes results as the given YAML, without what stands in it twice', () => {
    const format = { toYaml: (value: Readonly<Record<string, unknown>>) => `${Object.entries(value).join('\n')}\n` };
    const text = report([result('a', 'ok', { stdout: 'x', stdout_lines: ['x'] })], 1, { format });
    expect(text).toContain('ok: [a] => \n    changed,false\n    stdout,x\n    stdout_lines,<omitted>\n');
  });

  it('ends with the recap and, for each failed host, what to do', () => {
    const text = report([
      { at: 0, type: 'task-start', task, hosts: ['web1'] },
      result('web1', 'failed', {
        msg: 'repository down\nmore',
        code: 'E_PACKAGE_REPOSITORY',
        remedy: 'mend it',
        failed: true,
      }),
      { at: 2, type: 'stats', hosts: new Map([['web1', counters]]), custom: new Map() },
    ]);
    expect(text).toContain(
      'web1                       : ok=3    changed=1    unreachable=0    failed=1    skipped=0    rescued=0    ignored=0   \n',
    );
    expect(text).toContain(
      'web1: E_PACKAGE_REPOSITORY: repository down\n    at site.yml:4:7 (install)\n    do: mend it\n',
    );
  });
});
