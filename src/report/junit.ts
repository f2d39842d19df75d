import { closeSync, writeSync } from 'node:fs';
import { visible } from '../base/visible.ts';
import type { EngineEvent, Listener } from '../engine/events.ts';
import { formatSpan } from '../base/span.ts';
import { openReport } from './record.ts';
import { headline } from './result-text.ts';

type HostResult = Extract<EngineEvent, { type: 'host-result' }>;

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\n': '&#10;',
};
/** Text in XML 1.0, which has no place for control characters. */
const xml = (text: string): string => visible(text).replace(/[&<>"\n]/g, (one) => ENTITIES[one]);
const seconds = (milliseconds: number): string => (milliseconds / 1000).toFixed(3);

interface Suite {
  readonly name: string;
  readonly results: HostResult[];
}

const isFailure = ({ status, ignored }: HostResult): boolean =>
  (status === 'failed' || status === 'unreachable') && !ignored;

function testCase(event: HostResult): string {
  const { task, host, milliseconds, result, status } = event;
  const head = `<testcase name="${xml(`[${host}] ${task.name}`)}" classname="${xml(formatSpan(task.span))}" time="${seconds(milliseconds)}"`;
  if (status === 'skipped') return `${head}><skipped/></testcase>`;
  if (!isFailure(event)) return `${head}/>`;
  const remedy = typeof result.remedy === 'string' ? `do: ${result.remedy}` : '';
  const failure = `<failure type="${xml(result.code ?? status)}" message="${xml(headline(result))}">${xml(remedy)}</failure>`;
  return `${head}>${failure}</testcase>`;
}

function suiteText({ name, results }: Suite): string {
  const failures = results.filter(isFailure).length;
  const skipped = results.filter(({ status }) => status === 'skipped').length;
  const time = seconds(results.reduce((sum, { milliseconds }) => sum + milliseconds, 0));
  const counts = `tests="${results.length}" failures="${failures}" skipped="${skipped}" time="${time}"`;
  return `<testsuite name="${xml(name)}" ${counts}>\n${results.map(testCase).join('\n')}\n</testsuite>`;
}

/**
 * `--junit FILE`: a suite for each play, a case for each task on each host, in the form that CI systems read
 * (https://github.com/testmoapp/junitxml). Written at the end of the run.
 * @throws ToaError E_FILE_WRITE
 */
export function junit(path: string): { listener: Listener; close: () => void } {
  const file = openReport(path);
  const suites: Suite[] = [];
  const listener: Listener = (event) => {
    if (event.type === 'play-start') suites.push({ name: event.name || 'play', results: [] });
    if (event.type === 'host-result') suites.at(-1)?.results.push(event);
  };
  const close = (): void => {
    writeSync(
      file,
      `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n${suites.map(suiteText).join('\n')}\n</testsuites>\n`,
    );
    closeSync(file);
  };
  return { listener, close };
}
