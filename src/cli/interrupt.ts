/** Turns Ctrl-C and SIGTERM into an AbortSignal: the first stops calmly, the second at once. */
export function interruption(warn: (message: string) => void): { signal: AbortSignal; done: () => void } {
  const controller = new AbortController();
  const onSignal = (): void => {
    if (controller.signal.aborted) process.exit(99);
    warn('interrupted: ending the running tasks and closing the connections (again: stop at once)');
    controller.abort();
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const name of signals) process.on(name, onSignal);
  return {
    signal: controller.signal,
    done: () => {
      for (const name of signals) process.off(name, onSignal);
    },
  };
}
