import { isSealOf, seal } from '../seal.ts';

/** What a job is: who can read its answer, and of which host. */
export interface JobFacts {
  readonly id: string;
  readonly host: string;
  readonly verb: string;
  readonly args: unknown;
}

/** Text about a job to be kept on its host, which cannot change it unnoticed. */
export function sealed(job: JobFacts): string {
  const text = JSON.stringify(job);
  return `${seal(text)} ${text}`;
}

/**
 * Reads what `sealed` made.
 * @returns undefined when this controller did not write it, or wrote it about another job or host
 */
export function unsealed(about: string, id: string, host: string): JobFacts | undefined {
  const end = about.indexOf(' ');
  const text = about.slice(end + 1);
  if (!isSealOf(about.slice(0, Math.max(end, 0)), text)) return undefined;
  const job = JSON.parse(text) as JobFacts;
  return job.id === id && job.host === host ? job : undefined;
}
