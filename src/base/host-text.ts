/*
 * Reading what a host said, in time that grows with its length only. A pattern such as /[\r\n]+$/ begins anew at each of a
 * million newlines, and takes an hour: what a host says must not decide over the controller's time.
 */

/** How deep lists and objects of JSON may stand in one another, as in Python's json, whose limit is the interpreter's. */
const DEEPEST = 500;

/** The text without carriage returns and newlines at its end. */
export function chomp(text: string): string {
  let end = text.length;
  while (end > 0 && (text[end - 1] === '\n' || text[end - 1] === '\r')) end--;
  return end === text.length ? text : text.slice(0, end);
}

/** The two sides of the first `=` of a line, trimmed; undefined where there is none, or nothing before it. */
export function sidesOf(line: string): { readonly name: string; readonly value: string } | undefined {
  const at = line.indexOf('=');
  const name = line.slice(0, Math.max(at, 0)).trim();
  return name === '' ? undefined : { name, value: line.slice(at + 1).trim() };
}

/**
 * JSON of a host.
 * @throws SyntaxError also where it is deeper than 500: what walks through it later would run out of stack
 */
export function parseHostJson(text: string): unknown {
  const value: unknown = JSON.parse(text);
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > DEEPEST) throw new SyntaxError(`JSON is deeper than ${DEEPEST}`);
    const next: unknown[] = [];
    for (const item of level) {
      if (typeof item !== 'object' || item === null) continue;
      for (const inner of Object.values(item)) if (typeof inner === 'object' && inner !== null) next.push(inner);
    }
    level = next;
  }
  return value;
}
