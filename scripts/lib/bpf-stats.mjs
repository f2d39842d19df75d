import { runProgram } from './programs.mjs';

/** The kernel counts runs and nanoseconds of BPF programs only while it is told to: reading the clock costs. */
const counting = (on) =>
  runProgram('sysctl', ['-qw', `kernel.bpf_stats_enabled=${on}`], { stdio: ['ignore', 'pipe', 'inherit'] });

/**
 * What `work` makes BPF programs do.
 * @param {() => Record<string, {runs: number, ns: number}>} statistics the counts of now, by a name of each program
 * @param {() => void} work
 * @returns {Record<string, {runs: number, ns: number}>} runs and nanoseconds while it was done
 */
export function counted(statistics, work) {
  const before = statistics();
  counting(1);
  try {
    work();
  } finally {
    counting(0);
  }
  const after = statistics();
  return Object.fromEntries(
    Object.entries(before).map(([name, { runs, ns }]) => [
      name,
      { runs: after[name].runs - runs, ns: after[name].ns - ns },
    ]),
  );
}
