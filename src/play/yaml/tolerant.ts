import { Parser, type YAMLParseError } from 'yaml';

/** The parts of the package's lexer that decide how far a text in quotes or brackets goes; its types leave them out. */
interface Lexer {
  indentNext: number;
  parseQuotedScalar(): Generator<string, string>;
  parseFlowCollection(): Generator<string, string>;
}

/** Runs one step of the lexer as at the top of a document, where lines may begin anywhere. */
function* unindented(lexer: Lexer, step: () => Generator<string, string>): Generator<string, string> {
  const before = lexer.indentNext;
  lexer.indentNext = 0;
  const next = yield* step();
  lexer.indentNext = before;
  return next;
}

/**
 * A parser that reads texts in quotes, and what stands in brackets, as libyaml does: their lines, and the closing
 * bracket, may stand left of the key, since indentation counts for blocks only. YAML 1.2 forbids it; playbooks do it.
 */
export function tolerantParser(): Parser {
  const parser = new Parser();
  const { lexer } = parser as unknown as { lexer: Lexer };
  const [quoted, flow] = [lexer.parseQuotedScalar, lexer.parseFlowCollection];
  lexer.parseQuotedScalar = () => unindented(lexer, () => quoted.call(lexer));
  lexer.parseFlowCollection = () => unindented(lexer, () => flow.call(lexer));
  return parser;
}

/** What libyaml does not mind: a comment right after a quote, a bracket, a comma or the header of a block text. */
export function isHarmless(error: YAMLParseError, text: string): boolean {
  const isComment = error.message.startsWith('Comments must be separated');
  return isComment && /[\s"'\]}[{,|>+\-0-9]/.test(text[error.pos[0] - 1] ?? '');
}

const ESCAPES: Readonly<Record<string, string>> = {
  '0': '\0',
  a: '\x07',
  b: '\b',
  t: '\t',
  '\t': '\t',
  n: '\n',
  v: '\v',
  f: '\f',
  r: '\r',
  e: '\x1b',
  N: '\x85',
  _: '\xa0',
  L: '\u2028',
  P: '\u2029',
};
const PIECE =
  /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8}))|\\?\r?\n[ \t]*(?:\r?\n[ \t]*)*|[ \t]+(?=\r?\n)|\\([\s\S])/g;

/**
 * What a text in double quotes stands for, with libyaml's way of empty lines after an escaped end of line: each is a
 * newline, where the package makes a blank of the first.
 * @param raw the text between the quotes, with valid escapes
 */
export function unquoteDouble(raw: string): string {
  return raw.replace(PIECE, (piece, x?: string, u?: string, wide?: string, plain?: string) => {
    const code = x ?? u ?? wide;
    if (code !== undefined) return String.fromCodePoint(Number.parseInt(code, 16));
    if (plain !== undefined) return ESCAPES[plain] ?? plain;
    if (!piece.includes('\n')) return '';
    const lines = piece.split('\n').length - 1;
    if (piece.startsWith('\\')) return '\n'.repeat(lines - 1);
    return lines === 1 ? ' ' : '\n'.repeat(lines - 1);
  });
}
