import type { Case } from './case.ts';
import type { Entry } from './snapshot.ts';

const COUNTERS = ['ok', 'changed', 'unreachable', 'failed', 'skipped', 'rescued', 'ignored'] as const;
type Counters = Readonly<Record<string, number>>;

/** A run as recorded in expect.json. */
export interface RecordedRun {
  readonly rc: number | string;
  readonly recap: Readonly<Record<string, Counters>>;
  readonly files: Readonly<Record<string, Entry>>;
}

export interface FinishedRun {
  readonly rc: number | string;
  readonly recap: ReadonlyMap<string, Counters>;
  readonly files: ReadonlyMap<string, Entry>;
  /** Standard output, then standard error. */
  readonly output: string;
}

const RECAP = new RegExp(`^(\\S+)\\s*:\\s*${COUNTERS.map((name) => `${name}=(\\d+)`).join('\\s+')}\\s*$`);

/** The counters of the last PLAY RECAP, by host. */
export function parseRecap(stdout: string): Map<string, Counters> {
  const at = stdout.lastIndexOf('PLAY RECAP');
  const recap = new Map<string, Counters>();
  if (at < 0) return recap;
  for (const line of stdout.slice(at).split('\n')) {
    const [, host, ...counts] = RECAP.exec(line) ?? [];
    if (host) recap.set(host, Object.fromEntries(COUNTERS.map((name, i) => [name, Number(counts[i])])));
  }
  return recap;
}

function exitClass(rc: number | string): number | string {
  return rc === 0 || rc === 2 || rc === 4 ? rc : 'other';
}

function hostDifference(host: string, want: Counters | undefined, got: Counters | undefined): string[] {
  if (!want || !got) {
    return want === got
      ? []
      : [`recap of ${host} expected ${want ? 'a line' : 'none'}, got ${got ? 'a line' : 'none'}`];
  }
  const bad = COUNTERS.filter((name) => want[name] !== got[name]);
  return bad.length === 0
    ? []
    : [`recap of ${host}: ${bad.map((name) => `${name}=${got[name]} not ${want[name]}`).join(', ')}`];
}

function textDifference(path: string, want: string, got: string): string[] {
  if (want === got) return [];
  const [a, b] = [want.split('\n'), got.split('\n')];
  const at = a.findIndex((line, i) => line !== b[i]);
  const line = at < 0 ? a.length : at;
  return [`${path} line ${line + 1}: expected ${JSON.stringify(a[line])}, got ${JSON.stringify(b[line])}`];
}

function fileDifference(path: string, want: Entry | undefined, got: Entry | undefined): string[] {
  if (!want) return [`unexpected ${got?.type} ${path}`];
  if (!got) return [`missing ${want.type} ${path}`];
  for (const key of ['type', 'target', 'mode', 'owner', 'sha256'] as const) {
    if (want[key] !== got[key]) return [`${path}: ${key} expected ${want[key]}, got ${got[key]}`];
  }
  return textDifference(path, want.text ?? '', got.text ?? '');
}

function runDifferences(want: RecordedRun, got: FinishedRun): string[] {
  const wrongCode = exitClass(want.rc) === exitClass(got.rc) ? [] : [`exit code expected ${want.rc}, got ${got.rc}`];
  const hosts = [...new Set([...Object.keys(want.recap), ...got.recap.keys()])].sort();
  const paths = [...new Set([...Object.keys(want.files), ...got.files.keys()])].sort();
  return [
    ...wrongCode,
    ...hosts.flatMap((host) => hostDifference(host, want.recap[host], got.recap.get(host))),
    ...paths.flatMap((path) => fileDifference(path, want.files[path], got.files.get(path))),
  ];
}

/** What differs between the recorded runs and ours: exit class, recap counters, files. */
export function differences(recorded: readonly RecordedRun[], runs: readonly FinishedRun[]): string[] {
  return recorded.flatMap((want, i) =>
    runDifferences(want, runs[i]).map((text) => (recorded.length > 1 ? `run ${i + 1}: ${text}` : text)),
  );
}

/** Strings that the output must (regardless of case) or must not show. */
export function outputDifferences({ outputHas, outputNot }: Case, runs: readonly FinishedRun[]): string[] {
  const text = runs.map((run) => run.output).join('\n');
  const lower = text.toLowerCase();
  return [
    ...outputHas.filter((words) => !lower.includes(words.toLowerCase())).map((words) => `output lacks ${words}`),
    ...outputNot.filter((words) => text.includes(words)).map((words) => `output shows ${words}`),
  ];
}
