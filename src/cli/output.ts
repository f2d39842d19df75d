let unsaid = '';

/**
 * Standard output of a run. Collects what is said in one turn of the event loop: a system call for each of a thousand
 * hosts' lines is dear.
 */
export function writeOutput(text: string): void {
  if (unsaid === '') setImmediate(flushOutput);
  unsaid += text;
}

/** Says what is collected; before anything on standard error, so that both read in order on a terminal. */
export function flushOutput(): void {
  const text = unsaid;
  unsaid = '';
  if (text !== '') process.stdout.write(text);
}
