import { formatError, ToaError } from '../../base/errors.ts';

/** Mistakes of one loading; they are collected so that a user sees all of them in one go. */
export class Problems {
  private readonly found = new Map<string, ToaError>();

  add(error: ToaError): void {
    this.found.set(formatError(error), error);
  }

  /** Runs a part; a mistake in it is kept and the rest goes on. Gives undefined for a part that failed. */
  attempt<T>(part: () => T): T | undefined {
    try {
      return part();
    } catch (error) {
      if (!(error instanceof ToaError) || !error.code.startsWith('E_PLAY_')) throw error;
      this.add(error);
      return undefined;
    }
  }

  /** Throws what was found: a single mistake as it is, several as one E_PLAY_ERRORS that shows each. */
  throwAny(): void {
    const errors = [...this.found.values()];
    if (errors.length === 0) return;
    if (errors.length === 1) throw errors[0];
    throw new ToaError('E_PLAY_ERRORS', `${errors.length} mistakes\n${[...this.found.keys()].join('\n')}`, {
      cause: new AggregateError(errors),
    });
  }
}

/** The single mistakes of an error that a loader threw. */
export function mistakesOf(error: ToaError): readonly ToaError[] {
  const { cause } = error.details;
  return cause instanceof AggregateError ? (cause.errors as ToaError[]) : [error];
}
