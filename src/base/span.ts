/** A place in a source text. `line` and `column` count from 1, as editors do. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** Where a value was written: a file (or a name such as `<command line>`) and a place in it. */
export interface Span extends Position {
  readonly file: string;
}

/** A span for values that no file holds, e.g. `-e` on the command line. */
export function nowhere(label: string): Span {
  return { file: label, line: 1, column: 1 };
}

/** `site.yml:3:5`, the form that editors and terminals turn into a link. */
export function formatSpan(span: Span): string {
  return `${span.file}:${span.line}:${span.column}`;
}
