const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Turns Ctrl-C, SIGTERM and a closed terminal into an AbortSignal: the first stops calmly, the second at once. */
export function interruption(warn: (message: string) => void): { signal: AbortSignal; done: () => void } {
  const controller = new AbortController();
  const onSignal = (name: NodeJS.Signals): void => {
    if (controller.signal.aborted) process.exit(99);
    if (name === 'SIGHUP') process.once('exit', endAsHungUp);
    warn('interrupted: ending the running tasks and closing the connections (again: stop at once)');
    controller.abort();
  };
  for (const name of SIGNALS) process.on(name, onSignal);
  return {
    signal: controller.signal,
    done: () => {
      for (const name of SIGNALS) process.off(name, onSignal);
    },
  };
}

/** By the signal itself: Node would set the terminal's modes back, which a closed one refuses, and abort with a core. */
function endAsHungUp(): void {
  process.removeAllListeners('SIGHUP');
  process.kill(process.pid, 'SIGHUP');
}
