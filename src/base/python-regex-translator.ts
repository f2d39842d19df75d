import { ToaError } from './errors.ts';
import { type ClassItem, classSource, foldedClass, literal, SPACE, WORD } from './python-regex-class.ts';

export type Flags = { i: boolean; m: boolean; s: boolean; x: boolean };

const ESCAPED_CHARACTERS: Record<string, string> = { a: '\x07', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' };
const WORD_BOUNDARY = `(?:(?<=${WORD})(?!${WORD})|(?<!${WORD})(?=${WORD}))`;
const NOT_WORD_BOUNDARY = `(?:(?<=${WORD})(?=${WORD})|(?<!${WORD})(?!${WORD}))`;

/** Turns one Python pattern into the source of a JavaScript RegExp with flag `v`. */
export class Translator {
  private at = 0;
  private groups = 0;
  private readonly names = new Set<string>();
  private readonly pattern: string;
  /** The flag `i` of the whole pattern; inside `(?i:...)` letters are written as classes instead. */
  readonly global: Flags;

  constructor(pattern: string, flags: Flags) {
    this.pattern = pattern;
    this.global = flags;
  }

  run(): string {
    this.leadingFlags();
    const source = this.alternatives({ ...this.global, i: false });
    if (this.at < this.pattern.length) this.fail('unbalanced parenthesis', this.at);
    return source;
  }

  private fail(message: string, at = this.at): never {
    throw new ToaError('E_REGEX', `${message} at position ${at}`, {
      remedy: `Correct the regular expression ${this.pattern}`,
    });
  }

  private leadingFlags(): void {
    const match = /^\(\?([aiLmsux]+)\)/.exec(this.pattern);
    if (!match) return;
    for (const flag of match[1]) if (flag in this.global) this.global[flag as keyof Flags] = true;
    this.at = match[0].length;
  }

  private alternatives(flags: Flags): string {
    const out: string[] = [];
    let last = '';
    while (this.at < this.pattern.length && this.pattern[this.at] !== ')') {
      const repeat = this.quantifier(flags);
      if (repeat !== undefined) {
        if (last === '') this.fail('nothing to repeat', repeat.at);
        if (last === 'repeat') this.fail('multiple repeat', repeat.at);
        out.push(repeat.source);
        last = 'repeat';
        continue;
      }
      const item = this.item(flags);
      if (item === '') continue;
      out.push(item);
      last = item === '|' ? '' : 'item';
    }
    return out.join('');
  }

  private quantifier(flags: Flags): { source: string; at: number } | undefined {
    const start = this.at;
    const rest = this.pattern.slice(start);
    const match = /^(?:[*+?]|\{(\d*),(\d*)\}|\{(\d+)\})/.exec(rest);
    if (!match || match[0] === '{,}' || (flags.x && match[0] === '')) return undefined;
    this.at += match[0].length;
    let source = match[0];
    if (match[1] === '') source = `{0,${match[2]}}`;
    if (match[1] && match[2] && Number(match[1]) > Number(match[2])) {
      this.fail('min repeat greater than max repeat', start + 1);
    }
    if (this.pattern[this.at] === '?') {
      this.at++;
      source += '?';
    } else if (this.pattern[this.at] === '+') {
      this.fail('possessive quantifiers are not supported', start);
    }
    return { source, at: start };
  }

  private item(flags: Flags): string {
    const c = String.fromCodePoint(this.pattern.codePointAt(this.at) as number);
    this.at += c.length;
    if (flags.x && /[ \t\n\r\f\v]/.test(c)) return '';
    if (flags.x && c === '#') return this.skipComment();
    switch (c) {
      case '|':
        return '|';
      case '.':
        return flags.s ? '[\\s\\S]' : '[^\\n]';
      case '^':
        return flags.m ? '(?<![^\\n])' : '(?:^)';
      case '$':
        return flags.m ? '(?=\\n|$)' : '(?=\\n?$)';
      case '(':
        return this.group(flags);
      case '[':
        return this.characterClass(flags);
      case '\\':
        return this.escape(flags);
      default:
        return this.character(c, flags);
    }
  }

  private character(c: string, flags: Flags): string {
    return flags.i ? foldedClass([{ from: c, to: c }], false) : literal(c);
  }

  private skipComment(): string {
    const end = this.pattern.indexOf('\n', this.at);
    this.at = end < 0 ? this.pattern.length : end + 1;
    return '';
  }

  private group(flags: Flags): string {
    const start = this.at - 1;
    const rest = this.pattern.slice(this.at);
    const comment = /^\?#[^)]*\)/.exec(rest);
    if (comment) {
      this.at += comment[0].length;
      return '';
    }
    const backref = /^\?P=([^)]*)\)/.exec(rest);
    if (backref) {
      if (!this.names.has(backref[1])) this.fail(`unknown group name '${backref[1]}'`, start + 4);
      this.at += backref[0].length;
      return `\\k<${backref[1]}>`;
    }
    const { open, inner } = this.groupHead(rest, start, flags);
    const body = this.alternatives(inner);
    if (this.pattern[this.at] !== ')') this.fail('missing ), unterminated subpattern', start);
    this.at++;
    return `${open}${body})`;
  }

  private groupHead(rest: string, start: number, flags: Flags): { open: string; inner: Flags } {
    if (!rest.startsWith('?')) {
      this.groups++;
      return { open: '(', inner: flags };
    }
    const plain = /^\?(?:[:=!]|<[=!])/.exec(rest);
    if (plain) {
      this.at += plain[0].length;
      return { open: `(${plain[0]}`, inner: flags };
    }
    const named = /^\?P<([^>]*)>/.exec(rest);
    if (named) {
      if (!/^[\p{L}_][\p{L}\p{N}_]*$/u.test(named[1]))
        this.fail(`bad character in group name '${named[1]}'`, start + 4);
      if (this.names.has(named[1])) this.fail(`redefinition of group name '${named[1]}'`, start + 4);
      this.at += named[0].length;
      this.groups++;
      this.names.add(named[1]);
      return { open: `(?<${named[1]}>`, inner: flags };
    }
    const scoped = /^\?([aimsux]*)(?:-([imsx]+))?:/.exec(rest);
    if (scoped) {
      this.at += scoped[0].length;
      return { open: '(?:', inner: this.scopedFlags(flags, scoped[1], scoped[2] ?? '', start) };
    }
    if (/^\?[aiLmsux]+\)/.test(rest)) this.fail('global flags not at the start of the expression', start);
    if (rest.startsWith('?(')) this.fail('conditional groups are not supported', start);
    if (rest.startsWith('?>')) this.fail('atomic groups are not supported', start);
    return this.fail(`unknown extension ${rest.slice(0, 2)}`, start + 1);
  }

  private scopedFlags(flags: Flags, on: string, off: string, start: number): Flags {
    const inner = { ...flags };
    for (const flag of on) if (flag in inner) inner[flag as keyof Flags] = true;
    for (const flag of off) inner[flag as keyof Flags] = false;
    if (off.includes('i') && this.global.i) this.fail('(?-i:) inside an ignorecase pattern is not supported', start);
    return inner;
  }

  private escape(flags: Flags): string {
    const start = this.at - 1;
    const c = this.pattern[this.at];
    if (c === undefined) this.fail('bad escape (end of pattern)', start);
    const special = { A: '(?:^)', Z: '(?:$)', b: WORD_BOUNDARY, B: NOT_WORD_BOUNDARY }[c];
    if (special !== undefined) {
      this.at++;
      return special;
    }
    const group =
      /^[1-9]\d?(?!\d)/.exec(this.pattern.slice(this.at)) ?? /^[1-9](?=[89])/.exec(this.pattern.slice(this.at));
    if (group) {
      if (Number(group[0]) > this.groups) this.fail(`invalid group reference ${group[0]}`, start + 1);
      this.at += group[0].length;
      return `(?:\\${group[0]})`;
    }
    const item = this.escapedItem(start);
    return item.source ?? this.character(item.from, flags);
  }

  /** An escape that may stand outside and inside of a class: `\w`, `\n`, `\x41`, `\.`; `at` is the place after the backslash. */
  private escapedItem(start: number): ClassItem {
    const rest = this.pattern.slice(this.at);
    const c = String.fromCodePoint(rest.codePointAt(0) as number);
    const set = { d: '\\p{Nd}', D: '\\P{Nd}', w: WORD, W: `[^${WORD.slice(1)}`, s: SPACE, S: `[^${SPACE.slice(1)}` }[c];
    if (set !== undefined) {
      this.at++;
      return { from: '', to: '', source: set };
    }
    const code =
      /^(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8}))/.exec(rest) ?? /^(0[0-7]{0,2}|[0-7]{3})/.exec(rest);
    if (code) {
      this.at += code[0].length;
      const octal = /^[0-7]/.test(code[0]);
      const value = octal ? parseInt(code[0], 8) : parseInt(code[0].slice(1), 16);
      const text = String.fromCodePoint(value);
      return { from: text, to: text };
    }
    if (/^[a-zA-Z0-9]/.test(c) && !(c in ESCAPED_CHARACTERS)) this.fail(`bad escape \\${c}`, start);
    this.at += c.length;
    const text = ESCAPED_CHARACTERS[c] ?? c;
    return { from: text, to: text };
  }

  private characterClass(flags: Flags): string {
    const start = this.at - 1;
    const negated = this.pattern[this.at] === '^';
    if (negated) this.at++;
    const items: ClassItem[] = [];
    const first = this.at;
    while (this.pattern[this.at] !== ']' || this.at === first) {
      if (this.at >= this.pattern.length) this.fail('unterminated character set', start);
      const item = this.classItem(start);
      const isRange =
        this.pattern[this.at] === '-' && this.at + 1 < this.pattern.length && this.pattern[this.at + 1] !== ']';
      if (isRange) {
        this.at++;
        const end = this.classItem(start);
        const ordered = (item.from.codePointAt(0) ?? 0) <= (end.from.codePointAt(0) ?? 0);
        if (item.source || end.source || !ordered) this.fail('bad character range', start + 1);
        items.push({ from: item.from, to: end.from });
      } else items.push(item);
    }
    this.at++;
    return flags.i ? foldedClass(items, negated) : classSource(items, negated);
  }

  private classItem(start: number): ClassItem {
    const c = String.fromCodePoint(this.pattern.codePointAt(this.at) as number);
    this.at += c.length;
    if (c !== '\\') return { from: c, to: c };
    if (this.at >= this.pattern.length) this.fail('unterminated character set', start);
    if (this.pattern[this.at] === 'b') {
      this.at++;
      return { from: '\b', to: '\b' };
    }
    return this.escapedItem(this.at - 1);
  }
}
