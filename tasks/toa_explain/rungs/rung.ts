/** One step of the way from the balancer to the application. */
export interface Rung {
  readonly rung: string;
  /** `note`: holds, with something to know; `unknown`: nobody could see. */
  readonly state: 'ok' | 'note' | 'broken' | 'unknown';
  /** What was found, for programs: `not_allowed`. */
  readonly code: string;
  /** What was measured. */
  readonly evidence: string;
  /** The one thing to do. */
  readonly remedy?: string;
}

export const ok = (rung: string, evidence: string): Rung => ({ rung, state: 'ok', code: 'ok', evidence });
export const note = (rung: string, code: string, evidence: string, remedy?: string): Rung => {
  return { rung, state: 'note', code, evidence, remedy };
};
export const broken = (rung: string, code: string, evidence: string, remedy: string): Rung => {
  return { rung, state: 'broken', code, evidence, remedy };
};
export const unknown = (rung: string, code: string, evidence: string, remedy?: string): Rung => {
  return { rung, state: 'unknown', code, evidence, remedy };
};
