import type { Person } from '../../transport/target.ts';
import { holdScreen, writeError, writeOutput } from '../output.ts';
import { ask } from './sources.ts';

const ANSWERS = /^(?:y|yes|n|no)$/i;

/** As ssh: yes, no, or the fingerprint itself, which somebody has read elsewhere and copied. */
async function askForKey(question: string, fingerprint: string): Promise<boolean> {
  const release = holdScreen();
  try {
    writeError(`${question}\n`);
    for (;;) {
      const answer = (
        await ask('Let it in, and note it in known_hosts? (yes/no/[fingerprint]; --accept-new: all new ones) ', {
          secret: false,
        })
      )?.trim();
      if (answer === undefined || answer === '') return false;
      if (answer === fingerprint) return true;
      if (ANSWERS.test(answer)) return /^y/i.test(answer);
      writeError("Please say 'yes', 'no' or the fingerprint.\n");
    }
  } finally {
    release();
  }
}

/** One question after the other, however many hosts have one. */
function inTurn(asked: NonNullable<Person['trustsKey']>): NonNullable<Person['trustsKey']> {
  let last: Promise<unknown> = Promise.resolve();
  return (question, fingerprint) => {
    const mine = last.then(() => asked(question, fingerprint));
    last = mine.catch(() => undefined);
    return mine;
  };
}

/**
 * Who sits at the terminal: asked about unknown host keys where both sides of the dialogue are a terminal, told about
 * connections with -vvv.
 */
export function personAtTerminal({ verbose, json }: { verbose: number; json: boolean }): Person {
  const canAnswer = process.stdin.isTTY && process.stderr.isTTY;
  const say = json ? writeError : writeOutput;
  return {
    trustsKey: canAnswer ? inTurn(askForKey) : undefined,
    hears: verbose >= 3 ? (line) => say(`${line}\n`) : undefined,
  };
}
