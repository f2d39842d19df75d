/** An INI file: sections in order, each with its options; the values of DEFAULT are in every section. */
export type IniFile = ReadonlyMap<string, ReadonlyMap<string, string | null>>;

export interface IniOptions {
  readonly caseSensitive: boolean;
  /** Whether an option may stand without a value. */
  readonly allowNoValue: boolean;
}

interface State {
  readonly sections: Map<string, Map<string, string | null>>;
  section: string | undefined;
  option: string | undefined;
  indent: number;
}

const DEFAULT = 'DEFAULT';

function addOption(state: State, line: string, number: number, options: IniOptions): void {
  if (state.section === undefined) throw new SyntaxError(`File contains no section headers, line ${number}: ${line}`);
  const match = /^(.*?)\s*[=:]\s*(.*)$/.exec(line);
  if (!match && !options.allowNoValue) throw new SyntaxError(`Source contains parsing errors, line ${number}: ${line}`);
  const raw = (match ? match[1] : line).trimEnd();
  const name = options.caseSensitive ? raw : raw.toLowerCase();
  const section = state.sections.get(state.section) as Map<string, string | null>;
  if (section.has(name)) {
    const place = `[line ${number}]: option '${name}' in section '${state.section}' already exists`;
    throw new SyntaxError(`While reading from '<???>' ${place}`);
  }
  section.set(name, match ? match[2] : null);
  state.option = name;
}

function continueOption(state: State, line: string): void {
  const section = state.sections.get(state.section as string) as Map<string, string | null>;
  section.set(state.option as string, `${section.get(state.option as string) ?? ''}\n${line}`);
}

function addLine(state: State, line: string, number: number, options: IniOptions): void {
  const text = line.trim();
  if (text === '' || /^[#;]/.test(text)) {
    // An empty line inside of a value belongs to it; at its end it is cut off later.
    if (text === '' && line === '' && state.option !== undefined) continueOption(state, '');
    return;
  }
  const indent = line.length - line.trimStart().length;
  if (state.option !== undefined && indent > state.indent) return continueOption(state, text);
  state.indent = indent;
  const header = /^\[(.+)\]/.exec(text);
  if (!header) return addOption(state, text, number, options);
  state.section = header[1];
  state.option = undefined;
  if (!state.sections.has(header[1])) state.sections.set(header[1], new Map());
}

function trimmed(section: Map<string, string | null>): Map<string, string | null> {
  return new Map([...section].map(([name, value]) => [name, value === null ? null : value.trimEnd()]));
}

/**
 * Reads an INI file as Python's `configparser` does: `=` or `:`, continuation lines, comments, DEFAULT.
 * @throws SyntaxError with the line
 */
export function parseIni(text: string, options: IniOptions): IniFile {
  const state: State = { sections: new Map([[DEFAULT, new Map()]]), section: undefined, option: undefined, indent: 0 };
  text.split(/\r?\n/).forEach((line, index) => addLine(state, line, index + 1, options));
  const defaults = trimmed(state.sections.get(DEFAULT) as Map<string, string | null>);
  return new Map([...state.sections].map(([name, section]) => [name, new Map([...defaults, ...trimmed(section)])]));
}

/** Python's basic interpolation: `%(name)s` is another option of the section, `%%` is `%`. */
export function interpolate(value: string, section: ReadonlyMap<string, string | null>, depth = 0): string {
  if (depth > 10) throw new SyntaxError(`Recursion limit exceeded in value substitution: ${value}`);
  return value.replace(/%(%|\(([^)]*)\)s|)/g, (whole, kind: string, name?: string) => {
    if (kind === '%') return '%';
    const other = name === undefined ? undefined : (section.get(name) ?? section.get(name.toLowerCase()));
    if (other === undefined || other === null) throw new SyntaxError(`bad interpolation '${whole}' in ${value}`);
    return interpolate(other, section, depth + 1);
  });
}
