import { Suspend } from './contract.ts';

/**
 * Answers that a render waited for. The render is repeated from its start, so it asks again: the nth question of a kind
 * gets the nth answer, and a question asked twice is answered twice, as it would be without repeating.
 */
export class Answers {
  private readonly given = new Map<string, unknown[]>();
  private readonly asked = new Map<string, number>();

  /** Waits for the answer and keeps it. */
  async add({ key, ready }: Suspend): Promise<void> {
    const answer = await ready;
    if (key === undefined) return;
    const before = this.given.get(key);
    if (before) before.push(answer);
    else this.given.set(key, [answer]);
  }

  /** The render begins again. */
  restart(): void {
    this.asked.clear();
  }

  next(key: string): { readonly answer: unknown } | undefined {
    const index = this.asked.get(key) ?? 0;
    const answers = this.given.get(key) ?? [];
    if (index >= answers.length) return undefined;
    this.asked.set(key, index + 1);
    return { answer: answers[index] };
  }
}

/** Those of the render that runs now: rendering is synchronous, so there is never more than one. */
let present: Answers | undefined;

/** Runs a render, which may throw Suspend again, with the answers so far. */
export function renderWith<T>(answers: Answers, render: () => T): T {
  const outer = present;
  present = answers;
  answers.restart();
  try {
    return render();
  } finally {
    present = outer;
  }
}

/**
 * The answer to a question that takes time.
 * @throws Suspend when it is not known yet; whoever renders waits with an `Answers` and renders again
 */
export function answerTo<T>(key: string, ask: () => Promise<T>): T {
  const known = present?.next(key);
  if (known) return known.answer as T;
  throw new Suspend(ask(), key);
}
