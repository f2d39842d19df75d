import { ToaError } from '../base/errors.ts';
import { Answers, renderWith } from './answers.ts';
import { Suspend } from './contract.ts';

const MOST_SUSPENSIONS = 1000;

/** Does asynchronous work again as long as a render in it has to wait for an earlier result. */
export async function whenReady<T>(work: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof Suspend) || error.key !== undefined) throw error;
      await error.ready;
    }
  }
}

/**
 * Runs a synchronous render; when a lookup suspends it, waits and renders again (docs/architecture.md).
 * Gives the value itself when nothing had to wait, so that callers may skip the turn of the event loop.
 */
export function settle<T>(render: () => T): T | Promise<T> {
  try {
    return render();
  } catch (error) {
    if (error instanceof Suspend) return settleLater(render, error);
    throw error;
  }
}

async function settleLater<T>(render: () => T, first: Suspend): Promise<T> {
  const answers = new Answers();
  await answers.add(first);
  for (let count = 1; count < MOST_SUSPENSIONS; count++) {
    try {
      return renderWith(answers, render);
    } catch (error) {
      if (!(error instanceof Suspend)) throw error;
      await answers.add(error);
    }
  }
  throw new ToaError('E_RENDER_ENDLESS', `a template asked for more than ${MOST_SUSPENSIONS} answers in a row`);
}
