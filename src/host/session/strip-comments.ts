/**
 * Drops whole-line comments and blank lines from shell text, to send fewer bytes. Lines inside quotes, here-documents
 * and continued lines stay as they are. Where the scan is in doubt it keeps the line.
 */
export function stripComments(text: string): string {
  const out: string[] = [];
  const state: ScanState = { open: [], heredocs: [], continued: false };
  for (const line of text.split('\n')) {
    if (state.heredocs.length > 0 && state.open.length === 0) {
      out.push(line);
      const { word, tabs } = state.heredocs[0];
      if ((tabs ? line.replace(/^\t+/, '') : line) === word) state.heredocs.shift();
      continue;
    }
    const plain = state.open.length === 0 && !state.continued;
    if (plain && /^[ \t]*(#.*)?$/.test(line)) continue;
    out.push(line);
    scanLine(line, state);
  }
  return `${out.join('\n')}\n`;
}

interface ScanState {
  /** Open constructs, innermost last: ' " ` or $( which is written as (. */
  open: string[];
  heredocs: { word: string; tabs: boolean }[];
  continued: boolean;
}

function scanLine(line: string, state: ScanState): void {
  state.continued = false;
  for (let i = nextSpecial(line, 0); i < line.length; i = nextSpecial(line, i + 1)) {
    i = scanCharacter(line, i, state);
  }
}

/** What scanCharacter looks for: nothing else changes its state. */
const SPECIAL = /['"\\`$()#<]/g;

function nextSpecial(line: string, from: number): number {
  SPECIAL.lastIndex = from;
  return SPECIAL.test(line) ? SPECIAL.lastIndex - 1 : line.length;
}

/** Handles the character at `i`; gives the index of the last character it used. */
function scanCharacter(line: string, i: number, state: ScanState): number {
  const { open } = state;
  const inside = open.at(-1);
  const c = line[i];
  if (inside === "'") {
    if (c === "'") open.pop();
    return i;
  }
  if (c === '\\') {
    if (i === line.length - 1) state.continued = true;
    return i + 1;
  }
  if (c === '"' || c === '`') {
    if (inside === c) open.pop();
    else open.push(c);
    return i;
  }
  if (c === '$' && line[i + 1] === '(') {
    open.push('(');
    return i + 1;
  }
  return inside === '"' ? i : scanUnquoted(line, i, state);
}

function scanUnquoted(line: string, i: number, state: ScanState): number {
  const { open } = state;
  const c = line[i];
  if (c === "'") open.push("'");
  else if (c === '#' && (i === 0 || /[\s;(|&]/.test(line[i - 1]))) return line.length;
  else if (c === '(' && open.at(-1) === '(') open.push('(');
  else if (c === ')' && open.at(-1) === '(') open.pop();
  else if (c === '<' && line.startsWith('<<', i) && line[i + 2] !== '<') {
    const match = /^<<(-?)[ \t]*(?:'([^']+)'|"([^"]+)"|\\?([A-Za-z0-9_.]+))/.exec(line.slice(i));
    if (match) {
      state.heredocs.push({ word: match[2] ?? match[3] ?? match[4], tabs: match[1] === '-' });
      return i + match[0].length - 1;
    }
  }
  return i;
}
