import { pythonRegex } from '../../base/python-regex.ts';
import type { Value } from '../../base/value.ts';
import type { CallContext, Lookup } from '../contract.ts';
import { parseCsv } from './csv.ts';
import { interpolate, parseIni } from './ini-parser.ts';
import { argumentError, findFile, lookupError, Options, parseKeyValues, readText, termText } from './options.ts';

function fileText(context: CallContext, name: string): string {
  const path = findFile(context, 'files', name);
  const text = path === undefined ? undefined : readText(context, path);
  if (text === undefined)
    throw lookupError(`could not find the file ${name}`, `Put ${name} beside the play or in files/`);
  return text;
}

const CSV_OPTIONS = ['col', 'default', 'delimiter', 'file', 'encoding'];

function csvValue(context: CallContext, key: string, options: Options): Value | undefined {
  const delimiter = options.text('delimiter', 'TAB').replace(/^(?:TAB|\\t|t)$/, '\t');
  const column = Number(options.text('col', '1'));
  const rows = parseCsv(fileText(context, options.text('file', 'ansible.csv')), delimiter);
  const row = rows.find((cells) => cells[0] === key);
  if (!row) return options.value('default');
  const value = row.at(column);
  if (value === undefined)
    throw lookupError('csvfile: list index out of range', `The row of ${key} has ${row.length} columns`);
  return value;
}

const csvfile: Lookup = (context, terms, kwargs) => {
  const options = new Options('csvfile', CSV_OPTIONS, kwargs);
  return terms.map(termText).flatMap((term) => {
    const { options: inline, rest } = parseKeyValues(term);
    if (rest === '') throw argumentError('Search key is required but was not found');
    for (const [name, value] of inline) {
      if (!CSV_OPTIONS.includes(name)) throw argumentError(`${name} is not a valid option`);
      options.set(name, value);
    }
    const value = csvValue(context, rest, options);
    return value === undefined ? [] : [value];
  });
};

const INI_OPTIONS = [
  'type',
  'file',
  'section',
  're',
  'encoding',
  'default',
  'case_sensitive',
  'allow_no_value',
  'allow_none',
];

function iniKey(term: string, options: Options): string {
  if (!term.includes('=') && !term.trim().includes(' ')) return term;
  const words = term.trim().split(/\s+/);
  const key = words.find((word) => !word.includes('='));
  if (key === undefined) {
    throw argumentError(`No key to lookup was provided as first term with in string inline options: ${term}`);
  }
  for (const word of words.filter((one) => one.includes('='))) {
    const [name, value] = word.split('=');
    if (!INI_OPTIONS.includes(name)) throw argumentError(`${name} is not a valid option.`);
    options.set(name, value);
  }
  return key;
}

function iniValues(context: CallContext, key: string, options: Options): Value[] {
  const name = options.text('file', 'ansible.ini');
  const isProperties = options.text('type', 'ini') === 'properties';
  const text = fileText(context, name);
  const sectionName = isProperties ? 'java_properties' : options.text('section', 'global');
  const style = {
    caseSensitive: options.flag('case_sensitive', false),
    allowNoValue: options.flag('allow_no_value', options.flag('allow_none', false)),
  };
  const section = parsed(name, () => parseIni(isProperties ? `[java_properties]\n${text}` : text, style)).get(
    sectionName,
  );
  if (!section) throw lookupError(`No section '${sectionName}' in ${name}`);
  const plain = (value: string | null): Value =>
    value === null ? null : parsed(name, () => interpolate(value, section));
  if (options.flag('re', false)) {
    const regex = pythonRegex(`\\A(?:${key})`);
    return [...section].filter(([option]) => regex.test(option)).map(([, value]) => plain(value));
  }
  const value = section.get(style.caseSensitive ? key : key.toLowerCase());
  if (value === undefined) return [options.value('default') ?? ''].flat();
  return value === null ? [] : [plain(value)];
}

function parsed<T>(file: string, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw lookupError(`${file}: ${error.message}`);
  }
}

const ini: Lookup = (context, terms, kwargs) => {
  const options = new Options('ini', INI_OPTIONS, kwargs);
  return terms.map(termText).flatMap((term) => iniValues(context, iniKey(term, options), options));
};

/** Lookups in CSV and INI files. */
export const tableLookups: Record<string, Lookup> = { csvfile, ini };
