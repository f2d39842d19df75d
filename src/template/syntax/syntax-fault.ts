/** A mistake in the text of a template, before it is known where that text stands; becomes E_TEMPLATE_SYNTAX. */
export class SyntaxFault extends Error {
  readonly offset: number;
  readonly remedy: string | undefined;
  constructor(message: string, offset: number, remedy?: string) {
    super(message);
    this.offset = offset;
    this.remedy = remedy;
  }
}
