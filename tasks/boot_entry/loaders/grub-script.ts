import { lineOf, NotUnderstood, type Span } from './text.ts';

/** The syntax of GRUB 2's scripts, as far as it takes to find menu entries: words, quotes, blocks, conditions. */

export interface Word extends Span {
  /** Without quotes; what is expanded stands there as it is written. */
  readonly value: string;
  /** Nothing in it is expanded. */
  readonly isPlain: boolean;
}

export interface Command {
  readonly words: readonly Word[];
  /** menuentry, submenu, function: what stands between the braces. */
  readonly block?: readonly Command[];
  /** Within how many if, for, while, until it stands. */
  readonly depth: number;
}

type Token = Word | { readonly mark: ';' | '{' | '}'; readonly start: number };

/** Part of a word behind a backslash, in quotes, or a variable in braces. */
const PARTS: readonly (readonly [RegExp, (match: RegExpExecArray) => readonly [string, boolean]])[] = [
  [/'([^']*)'/y, (match) => [match[1], true]],
  [/"((?:\\[\s\S]|[^"\\])*)"/y, (match) => [match[1].replace(/\\([$"\\\n])/g, '$1'), !/(^|[^\\])\$/.test(match[1])]],
  [/\\([\s\S])/y, (match) => [match[1] === '\n' ? '' : match[1], true]],
  [/\$\{[^}\n]*\}/y, (match) => [match[0], false]],
  [/\$/y, () => ['$', false]],
  [/[^\s;'"\\$]/y, (match) => [match[0], true]],
];

class Reader {
  private at = 0;

  constructor(
    private readonly file: string,
    private readonly text: string,
  ) {}

  fail(offset: number, what: string): NotUnderstood {
    return new NotUnderstood(this.file, lineOf(this.text, offset), what);
  }

  *tokens(): Generator<Token> {
    while (this.at < this.text.length) {
      const start = this.at;
      const char = this.text[start];
      if (char === '\n' || char === ';') {
        this.at++;
        yield { mark: ';', start };
      } else if (/\s/.test(char)) this.at++;
      else if (this.text.startsWith('\\\n', start)) this.at += 2;
      else if (char === '#') this.at = this.endOfLine();
      else if ((char === '{' || char === '}') && /^[\s;]|^$/.test(this.text.slice(start + 1, start + 2))) {
        this.at++;
        yield { mark: char, start };
      } else yield this.word();
    }
  }

  private endOfLine(): number {
    const end = this.text.indexOf('\n', this.at);
    return end < 0 ? this.text.length : end;
  }

  private word(): Word {
    const start = this.at;
    let value = '';
    let isPlain = true;
    while (this.at < this.text.length && !/[\s;]/.test(this.text[this.at])) {
      const [part, plain] = this.part();
      value += part;
      isPlain &&= plain;
    }
    return { start, end: this.at, value, isPlain };
  }

  private part(): readonly [string, boolean] {
    for (const [pattern, give] of PARTS) {
      pattern.lastIndex = this.at;
      const match = pattern.exec(this.text);
      if (!match) continue;
      this.at += match[0].length;
      return give(match);
    }
    throw this.fail(this.at, 'has a quote that does not end');
  }
}

const OPENS = new Set(['if', 'for', 'while', 'until']);
const CLOSES = new Set(['fi', 'done']);
/** A command begins behind these. */
const LEADS = new Set(['if', 'then', 'else', 'elif', 'while', 'until', 'do']);

/** @throws NotUnderstood where quotes, braces or conditions do not match */
export function parseGrubScript(file: string, text: string): Command[] {
  const reader = new Reader(file, text);
  const tokens = [...reader.tokens()];
  let at = 0;
  let depth = 0;
  const list = (opened: number | undefined): Command[] => {
    const commands: Command[] = [];
    const outside = depth;
    let words: Word[] = [];
    const end = (block?: Command[]): void => {
      if (words.length > 0) commands.push({ words, depth, ...(block && { block }) });
      words = [];
    };
    while (at < tokens.length) {
      const token = tokens[at++];
      if ('mark' in token) {
        if (token.mark === ';') end();
        else if (token.mark === '{') end(list(token.start));
        else {
          end();
          if (opened === undefined || depth !== outside) throw reader.fail(token.start, 'has a } too many');
          return commands;
        }
        continue;
      }
      if (words.length === 0 && CLOSES.has(token.value) && --depth < 0)
        throw reader.fail(token.start, 'closes nothing');
      if (words.length === 0 && OPENS.has(token.value)) depth++;
      if (words.length > 0 || !LEADS.has(token.value)) words.push(token);
    }
    end();
    if (opened !== undefined) throw reader.fail(opened, 'opens a { that is not closed');
    if (depth !== 0) throw reader.fail(text.length, 'ends within a condition');
    return commands;
  };
  return list(undefined);
}
