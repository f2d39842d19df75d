import type { Position, Span } from './span.ts';

type Locate = (offset: number) => Position;

/** Makes text that may be evaluated; see `TemplateText`. */
let make: (source: string, span: Span, locate?: Locate) => TemplateText;

/**
 * Text written by a user that may hold Jinja2. `locate` maps an offset in `source` to its place in the file (inside
 * quoted and block scalars too), for error messages. `compiled` is a cache that belongs to src/template.
 *
 * What is of this type is run on the controller, lookups and all. So it cannot be made but by the functions below, which
 * only readers of the user's own files may import (test/template-text.test.ts has the list).
 */
export class TemplateText {
  readonly source: string;
  readonly span: Span;
  readonly locate: Locate;
  compiled?: unknown;

  private constructor(source: string, span: Span, locate: Locate) {
    this.source = source;
    this.span = span;
    this.locate = locate;
  }

  static {
    make = (source, span, locate = () => span) => new TemplateText(source, span, locate);
  }
}

/** Text of the user's that is a template or an expression as a whole. */
export function templateText(source: string, span: Span, locate?: Locate): TemplateText {
  return make(source, span, locate);
}

/** Makes a TemplateText of `source` when it holds a Jinja2 delimiter, else the final string. */
export function maybeTemplate(source: string, span: Span, locate?: Locate): TemplateText | string {
  const isTemplate = source.includes('{{') || source.includes('{%') || source.includes('{#');
  return isTemplate ? make(source, span, locate) : source;
}
