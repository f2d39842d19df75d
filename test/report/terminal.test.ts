import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { visible } from '../../src/base/visible.ts';
import type { EngineEvent, TaskInfo } from '../../src/engine/events.ts';
import { ansi, shownText } from '../../src/report/colors.ts';
import { jsonEvents } from '../../src/report/json-events.ts';
import { LineReport } from '../../src/report/lines.ts';
import { logFile } from '../../src/report/log-file.ts';
import { endingLines } from '../../src/report/screen/ending.ts';
import { ScreenModel } from '../../src/report/screen/model.ts';
import { FleetRenderer } from '../../src/report/screen/renderer.ts';

/** A host's words: colours, the title of the window, C1, a lone return, text that runs backwards, delete. */
const EVIL = 'a\u001b[31mb\u001b]0;t\u0007c\u009b2Jd\re\u202ef\u2066g\u007fh\u0000i\u2028j';
// oxlint-disable-next-line no-control-regex -- these are what is looked for
const OBEYED = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/;
// oxlint-disable-next-line no-control-regex
const OWN_COLOURS = /\u001b\[[0-9;]*m/g;

const task: TaskInfo = {
  id: 1,
  name: `task ${EVIL}`,
  action: 'debug',
  span: { file: `f${EVIL}.yml`, line: 1, column: 1 },
  isHandler: false,
  checkMode: false,
  noLog: false,
};
const host = `host ${EVIL}`;
const counters = { ok: 0, changed: 0, unreachable: 0, failed: 1, skipped: 0, rescued: 0, ignored: 0 };
const failed = {
  failed: true,
  changed: true,
  msg: EVIL,
  stdout: EVIL,
  warnings: [EVIL],
  remedy: EVIL,
  code: `E_${EVIL}` as 'E_BUG',
  diff: { before: `x${EVIL}\n`, after: `y${EVIL}\n`, before_header: EVIL, after_header: EVIL, prepared: EVIL },
};
const common = { at: 1, task, host, ignored: false, result: failed } as const;

const EVENTS: readonly EngineEvent[] = [
  { at: 0, type: 'play-start', name: EVIL, hosts: [host], check: true },
  { at: 0, type: 'task-start', task, hosts: [host] },
  { at: 0, type: 'host-start', task, host },
  { at: 0, type: 'host-progress', task, host, text: `${EVIL}\n\n${EVIL}` },
  { at: 0, type: 'host-retry', task, host, attempt: 1, retries: 3, result: failed },
  { ...common, type: 'host-item', label: EVIL, status: 'failed', delegatedTo: EVIL },
  { ...common, type: 'host-result', status: 'changed', looped: false, milliseconds: 1 },
  { ...common, type: 'host-result', status: 'failed', looped: false, milliseconds: 1, delegatedTo: EVIL },
  { at: 1, type: 'included', file: EVIL, hosts: [host], label: EVIL },
  { at: 1, type: 'warning', message: EVIL },
  { at: 1, type: 'text', text: EVIL },
  { at: 1, type: 'stats', hosts: new Map([[host, counters]]), custom: new Map([['_run', { a: EVIL }]]) },
];

/** All that was written, our own colours taken out. */
function bare(text: string): string {
  return text.replace(OWN_COLOURS, '').replaceAll('\n', '').replaceAll('\t', '');
}

const OPTIONS = { paint: ansi, verbosity: 3, diff: true, showOk: true, showSkipped: true, showCustomStats: true };

describe('what hosts say is shown, never obeyed', () => {
  it('makes each such character visible, and keeps the others', () => {
    expect(visible('é\tä\r\n漢字 🙂 ok')).toBe('é\tä\r\n漢字 🙂 ok');
    expect(visible('\u001b[2J\u009b\r\u202e')).toBe(String.raw`\u001b[2J\u009b\u000d\u202e`);
    for (let code = 0; code < 0x3000; code++) {
      const kept = code === 9 || code === 10 || !OBEYED.test(String.fromCharCode(code));
      expect(visible(String.fromCharCode(code)).length, code.toString(16)).toBe(kept ? 1 : 6);
    }
  });

  it('colours with our own escapes only', () => {
    expect(shownText(ansi('error', 'x\u001b[0;31my'))).toBe(`\u001b[0;31mx\\u001b[0;31my\u001b[0m`);
  });

  it('in plain lines', () => {
    let said = '';
    const report = new LineReport({ ...OPTIONS, write: (text) => (said += shownText(text)) });
    for (const event of EVENTS) report.listener(event);
    expect(said).toContain('\u001b[0;31m');
    expect(said.length).toBeGreaterThan(2000);
    expect(bare(said)).not.toMatch(OBEYED);
  });

  it('in JSON, which still says the same', () => {
    let said = '';
    const listener = jsonEvents((text) => (said += text));
    for (const event of EVENTS) listener(event);
    expect(said.replaceAll('\n', '')).not.toMatch(OBEYED);
    expect(JSON.parse(said.split('\n')[0]).name).toBe(EVIL);
  });

  it('in the log file', () => {
    const folder = mkdtempSync(join(tmpdir(), 'toa-play-log-'));
    try {
      const log = logFile(join(folder, 'log'), () => new Date(0));
      for (const event of EVENTS) log.listener(event);
      log.close();
      expect(bare(readFileSync(join(folder, 'log'), 'utf8'))).not.toMatch(OBEYED);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('on the live screen, whose lines stay as many as it counts', async () => {
    const frames: string[] = [];
    const model = new ScreenModel(OPTIONS);
    const stream = { columns: 80, rows: 24 };
    const write = (text: string) => frames.push(text);
    const screen = new FleetRenderer(undefined, { model, stream, write, paint: ansi, clock: () => 1000 });
    for (const event of EVENTS.slice(0, 4)) model.apply(event);
    screen.render();
    await expect.poll(() => frames.length, { timeout: 5000 }).toBeGreaterThan(0);
    for (const event of EVENTS.slice(4)) model.apply(event);
    screen.end();
    const ending = endingLines(new Map([[host, counters]]), model.failures.values(), {
      columns: 80,
      paint: ansi,
      tasks: 1,
      milliseconds: 1,
    });
    frames.push(shownText(ending.join('\n')));
    // oxlint-disable-next-line no-control-regex -- the screen's own
    const text = frames.join('').replace(/(?:\u001b\[\d+A)?\r\u001b\[J/g, '');
    expect(text).toContain('host a');
    expect(bare(text)).not.toMatch(OBEYED);
    // the play's banner, which scrolls, and the live part: the task, its one host
    expect(frames[0].match(/\n/g)).toHaveLength(3);
  });
});

/** Files that write to a terminal, a log or a file descriptor, and why each may. */
const WRITERS: Readonly<Record<string, string>> = {
  'src/cli/output.ts': 'standard output and standard error',
  'src/cli/world/replace-file.ts': 'files; `-` is the data that a vault command was asked for',
  'src/report/log-file.ts': 'the log, by shownText',
  'src/report/record.ts': 'the file of --record, as JSON, which escapes control characters',
  'src/report/junit.ts': 'the file of --junit, by visible()',
};
const WRITES =
  /process\.std(?:out|err)\b(?!\.(?:isTTY|columns|rows|once|on)\b)|\bconsole\.|\bwriteSync\(|stdio:[^;]*inherit/;
/** Reads the size of the terminal, or hands it to a program that the user named. */
const EXCEPTIONS = /stream: process\.stdout, write: writeScreen|stdio: \[stdin, 'inherit', 'inherit'\]/;

function* sources(folder: string): Generator<string> {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) yield* sources(path);
    else if (path.endsWith('.ts') && !path.endsWith('.test.ts')) yield path;
  }
}

describe('one place writes', () => {
  it('and no other', () => {
    const found = [...sources('src'), ...sources('tasks')].flatMap((file) =>
      readFileSync(file, 'utf8')
        .split('\n')
        .flatMap((line, index) =>
          WRITES.test(line) && !EXCEPTIONS.test(line) ? [`${file}:${index + 1}: ${line}`] : [],
        )
        .filter(() => !(file in WRITERS)),
    );
    expect(found).toEqual([]);
  });
});
