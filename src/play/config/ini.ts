import { ToaError } from '../../base/errors.ts';
import type { Span } from '../../base/span.ts';

/** A setting as written in an INI file. */
export interface IniEntry {
  readonly section: string;
  /** In lower case, as Python's configparser has it. */
  readonly key: string;
  readonly value: string;
  readonly span: Span;
}

interface Line {
  readonly text: string;
  readonly span: Span;
}

function fail(message: string, { text, span }: Line): never {
  throw new ToaError('E_CONFIG_SYNTAX', message, {
    span,
    sourceLine: text,
    remedy: 'write [section] lines and key = value lines',
  });
}

/** A `;` after a blank starts a comment; `#` only at the start of a line. */
function withoutComment(text: string): string {
  return text.replace(/(?:^\s*[#;].*|\s;.*)$/, '');
}

function pair(line: Line, section: string | undefined): IniEntry {
  const text = withoutComment(line.text);
  const match = /^\s*([^=:\s][^=:]*?)\s*[=:]\s*(.*?)\s*$/.exec(text);
  if (!match) return fail('this line is neither a section nor key = value', line);
  if (section === undefined) return fail('a setting stands before the first [section]', line);
  return { section, key: match[1].toLowerCase(), value: match[2], span: line.span };
}

/**
 * Reads an INI file by the rules of Python's configparser as Ansible sets it up: `=` or `:`, indented lines continue a
 * value, `;` comments may follow a value.
 * @throws ToaError E_CONFIG_SYNTAX
 */
export function parseIni(source: string, file: string): IniEntry[] {
  const entries: IniEntry[] = [];
  let section: string | undefined;
  source.split(/\r?\n/).forEach((text, index) => {
    const line: Line = { text, span: { file, line: index + 1, column: 1 } };
    const content = withoutComment(text);
    const last = entries.at(-1);
    if (content.trim() === '') return;
    const header = /^\[([^\]]+)\]\s*$/.exec(content);
    if (header) section = header[1];
    else if (/^\s/.test(content) && last && last.section === section) {
      entries[entries.length - 1] = { ...last, value: `${last.value}\n${content.trim()}` };
    } else entries.push(pair(line, section));
  });
  return entries;
}
