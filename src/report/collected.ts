/** Text that is collected, and what writes at once what there is of it. */
export interface Collected {
  readonly add: (text: string) => void;
  readonly flush: () => void;
}

/**
 * Collects what is added in one turn of the event loop and writes it as one: a system call for each of a thousand hosts'
 * lines is dear.
 * @param most characters; what is beyond is written at once, and memory stays bounded
 */
export function collected(write: (text: string) => void, most: number): Collected {
  let unwritten = '';
  const flush = (): void => {
    const text = unwritten;
    unwritten = '';
    if (text !== '') write(text);
  };
  const add = (text: string): void => {
    if (unwritten === '') setImmediate(flush);
    unwritten += text;
    if (unwritten.length > most) flush();
  };
  return { add, flush };
}
