import { type Edit, linesOf } from '../shared/files/edit.ts';

export interface IniEdit {
  /** Empty: the lines before the first section. */
  readonly section: string;
  readonly option?: string;
  /** Empty: the option stands without value (`allow_no_value`), or any value for `absent`. */
  readonly values: readonly string[];
  readonly state: 'present' | 'absent';
  readonly exclusive: boolean;
  readonly noExtraSpaces: boolean;
  readonly ignoreSpaces: boolean;
  readonly modifyInactive: boolean;
}

const isHeader = (line: string): boolean => /^\s*\[[^\]]*\]/.test(line);
const isHeaderOf = (line: string, section: string): boolean => line.trim() === `[${section}]`;

function optionLine(option: string, value: string | undefined, compact: boolean): string {
  if (value === undefined) return `${option}\n`;
  return compact ? `${option}=${value}\n` : `${option} = ${value}\n`;
}

/** The value of a line of that option (undefined: no value), or null when the line is none. */
function valueOf(line: string, option: string): { value?: string } | null {
  const at = line.indexOf('=');
  const name = (at < 0 ? line : line.slice(0, at)).trim();
  if (name !== option) return null;
  return at < 0 ? {} : { value: line.slice(at + 1).trim() };
}

const uncommented = (line: string): string | undefined => /^\s*[#;]\s*([^\s#;].*)$/s.exec(line)?.[1];

function sameLine(now: string, wanted: string, ignoreSpaces: boolean): boolean {
  const tidy = (line: string): string => line.trim().replace(/\s*=\s*/, '=');
  return ignoreSpaces ? tidy(now) === tidy(wanted) : now.replace(/\r?\n$/, '') === wanted.replace(/\n$/, '');
}

/** Where the lines of a section begin and end in `lines`; undefined when it is missing. */
function range(lines: readonly string[], section: string): { from: number; to: number } | undefined {
  const head = section === '' ? -1 : lines.findIndex((line) => isHeaderOf(line, section));
  if (section !== '' && head < 0) return undefined;
  const next = lines.findIndex((line, at) => at > head && isHeader(line));
  return { from: head + 1, to: next < 0 ? lines.length : next };
}

/** Values of an option brought to what is asked, in the lines of one section. */
function setOption(body: readonly string[], edit: IniEdit): { lines: string[]; isNew: boolean } {
  const option = edit.option as string;
  const format = (value?: string): string => optionLine(option, value, edit.noExtraSpaces);
  const missing: (string | undefined)[] = edit.values.length > 0 ? [...edit.values] : [undefined];
  const lines: (string | undefined)[] = [...body];
  const active = lines.flatMap((line, at) => (valueOf(line as string, option) === null ? [] : [at]));
  const others: number[] = [];
  for (const at of active) {
    const wanted = missing.findIndex((value) => value === valueOf(lines[at] as string, option)?.value);
    if (wanted < 0) others.push(at);
    else {
      const [value] = missing.splice(wanted, 1);
      if (!sameLine(lines[at] as string, format(value), edit.ignoreSpaces)) lines[at] = format(value);
    }
  }
  if (edit.exclusive) {
    for (const at of others) lines[at] = missing.length > 0 ? format(missing.shift()) : undefined;
  }
  if (edit.modifyInactive) {
    lines.forEach((line, at) => {
      const inner = line === undefined ? undefined : uncommented(line);
      if (missing.length > 0 && inner !== undefined && valueOf(inner, option) !== null)
        lines[at] = format(missing.shift());
    });
  }
  const kept = lines.filter((line) => line !== undefined);
  const isNew = missing.length > 0 && active.length === 0;
  const last = kept.findLastIndex((line) => line.trim() !== '' && !/^\s*[#;]/.test(line));
  if (missing.length > 0 && last >= 0 && !kept[last].endsWith('\n')) kept[last] += '\n';
  kept.splice(last + 1, 0, ...missing.map((value) => format(value)));
  return { lines: kept, isNew };
}

function removeOption(body: readonly string[], edit: IniEdit): string[] {
  const isGone = (line: string): boolean => {
    const found = valueOf(line, edit.option as string);
    return found !== null && (edit.exclusive || edit.values.length === 0 || edit.values.includes(found.value ?? ''));
  };
  return body.filter((line) => !isGone(line));
}

function addSection(text: string, edit: IniEdit): Edit {
  // a new file begins with an empty line, as Ansible writes it
  const end = text.endsWith('\n') ? '' : '\n';
  const values = edit.option === undefined ? [] : edit.values.length > 0 ? edit.values : [undefined];
  const added = values.map((value) => optionLine(edit.option as string, value, edit.noExtraSpaces)).join('');
  const msg = edit.option === undefined ? 'only section added' : 'section and option added';
  return { msg, text: `${text}${end}[${edit.section}]\n${added}` };
}

/**
 * The text of an INI file with a section or option set or removed.
 * https://docs.ansible.com/ansible/latest/collections/community/general/ini_file_module.html
 */
export function editIni(text: string, edit: IniEdit): Edit {
  const lines = linesOf(text);
  const found = range(lines, edit.section);
  if (!found) return edit.state === 'present' ? addSection(text, edit) : { msg: 'OK' };
  const { from, to } = found;
  const body = lines.slice(from, to);
  let next: string[];
  let msg: string;
  if (edit.option === undefined) {
    if (edit.state === 'present') return { msg: 'OK' };
    return {
      msg: 'section removed',
      text: lines.toSpliced(Math.max(from - 1, 0), to - Math.max(from - 1, 0)).join(''),
    };
  } else if (edit.state === 'present') {
    const done = setOption(body, edit);
    next = done.lines;
    msg = done.isNew ? 'option added' : 'option changed';
  } else {
    next = removeOption(body, edit);
    msg = 'option changed';
  }
  const result = lines.toSpliced(from, to - from, ...next).join('');
  return result === text ? { msg: 'OK' } : { msg, text: result };
}
