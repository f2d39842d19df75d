#!/usr/bin/env node
// Writes kmod/man/*.8 from kmod/docs/contract.md: one page per program, from its heading ("## `toa-bpf`: summary") to the
// next heading of that level. A test compares.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { lexer } from 'marked';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const PROGRAM = /^## `(toa-[a-z]+)`: (.*)\n([^]*?)(?=^## |$(?![^]))/gm;

/** A word that no line of a terminal holds may be broken after a comma, a colon or a bracket. */
const breakable = (word) => (word.length > 50 ? word.replaceAll(/(?<=[,:{}[\]|])(?=.)/g, '\\:') : word);

/** Text as roff shows it: a backslash is itself, - and ^ are what can be copied into a shell, no line begins a request. */
export const plain = (text) =>
  text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replaceAll('^', '\\(ha')
    .replaceAll('~', '\\(ti')
    .replaceAll(/\S+/g, breakable)
    .replaceAll(/^(?=[.'])/gm, '\\&');

/** The first lines of a page. @param {string} name in roff, @param {number} section @param {string} version of toa-play */
export const pageHead = (name, section, version) =>
  `.TH ${name} ${section} "" "toa\\-play ${version}" "toa\\-play"\n.nh\n.ad l\n`;

const INLINE = {
  text: ({ text }) => plain(text),
  escape: ({ text }) => plain(text),
  codespan: ({ text }) => `\\fB${plain(text)}\\fR`,
  strong: ({ tokens }) => `\\fB${inline(tokens)}\\fR`,
  em: ({ tokens }) => `\\fI${inline(tokens)}\\fR`,
  link: ({ tokens }) => inline(tokens),
};

const BLOCK = {
  space: () => '',
  heading: ({ text }) => `.SH "${plain(text.replaceAll('`', '')).toUpperCase()}"\n`,
  paragraph: ({ tokens }) => `.PP\n${inline(tokens)}\n`,
  code: ({ text }) => `.PP\n.RS 4\n.nf\n${plain(text)}\n.fi\n.RE\n`,
  /** The first cell of a row is what the rest explains. */
  table: ({ rows }) =>
    rows
      .map(([term, ...rest]) => `.TP\n${inline(term.tokens)}\n${rest.map((cell) => inline(cell.tokens)).join('; ')}\n`)
      .join(''),
};

/** @throws Error for Markdown that the pages cannot show */
function shown(kinds, token) {
  const show = kinds[token.type];
  if (!show) throw new Error(`kmod/docs/contract.md: a man page cannot show a ${token.type}: ${token.raw}`);
  return show(token);
}

const inline = (tokens) => tokens.map((token) => shown(INLINE, token)).join('');

/**
 * @param {string} contract Markdown as in kmod/docs/contract.md
 * @param {string} version what the pages' last line names
 * @returns {Map<string, string>} the pages by file name
 */
export function manPages(contract, version) {
  const pages = [...contract.matchAll(PROGRAM)].map(([, name, summary, text]) => {
    const titled = `.SH NAME\n${plain(name)} \\- ${plain(summary)}\n`;
    return [
      `${name}.8`,
      pageHead(name.toUpperCase(), 8, version) +
        titled +
        lexer(text)
          .map((token) => shown(BLOCK, token))
          .join(''),
    ];
  });
  return new Map(pages);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const pages = manPages(readFileSync(join(root, 'kmod/docs/contract.md'), 'utf8'), version);
  mkdirSync(join(root, 'kmod/man'), { recursive: true });
  for (const [name, text] of pages) writeFileSync(join(root, 'kmod/man', name), text);
}
