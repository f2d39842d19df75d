/** A rung as the verb toa_explain tells it. */
interface Rung {
  readonly rung: string;
  readonly state: string;
  readonly evidence: string;
  readonly remedy?: string;
}

/** What was found on one host. */
export interface Explained {
  readonly host: string;
  readonly ladder: readonly Rung[];
  /** The code of the first rung that breaks; '' none does. */
  readonly broken: string;
  /** One sentence, or why nobody could look. */
  readonly verdict: string;
  /** Nobody could look. */
  readonly failed: boolean;
}

const WORDS: Readonly<Record<string, string>> = { ok: 'ok', note: 'note', broken: 'BROKEN', unknown: '?' };

function rungLines({ rung, state, evidence, remedy }: Rung): string[] {
  const head = `  ${(WORDS[state] ?? state).padEnd(7)} ${rung.padEnd(9)} ${evidence}`;
  return remedy === undefined ? [head] : [head, `${' '.repeat(20)}do: ${remedy}`];
}

/** The ladder of each host for people: the verdict first, since that is what was asked. */
export function explainedText(all: readonly Explained[]): string {
  const lines = all.flatMap((one) => [`${one.host}: ${one.verdict}`, ...one.ladder.flatMap(rungLines), '']);
  return lines.map((line) => `${line}\n`).join('');
}
