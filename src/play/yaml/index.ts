import { Composer, type CST, type Document, type Node, type YAMLParseError } from 'yaml';
import { ToaError } from '../../base/errors.ts';
import type { Value } from '../../base/value.ts';
import { syntaxAdvice } from './advice.ts';
import { Builder } from './build.ts';
import { isTooDeep } from './depth.ts';
import { LineTable } from './lines.ts';
import { isHarmless, tolerantParser } from './tolerant.ts';
import type { YamlNode } from './node.ts';

export { entryOf, type YamlEntry, type YamlNode } from './node.ts';
export { parseFloatScalar, parseInteger, resolvePlain } from './scalars.ts';

/** A YAML file as read. */
export interface YamlDocument {
  readonly file: string;
  readonly root: YamlNode;
  /** The whole as a value: dicts are Maps, text that may hold Jinja2 is TemplateText. null for an empty file. */
  readonly value: Value;
  /** What Ansible warns of, e.g. duplicate keys. The caller shows them. */
  readonly warnings: readonly string[];
}

const OPTIONS = {
  schema: 'failsafe',
  resolveKnownTags: false,
  uniqueKeys: false,
  prettyErrors: false,
  logLevel: 'silent',
} as const;

function sentence(error: YAMLParseError): string {
  return error.message.replace(/\s+/g, ' ').replace(/[.:]?\s*$/, '');
}

function syntaxError(lines: LineTable, file: string, offset: number, problem: string): ToaError {
  const place = lines.position(offset);
  const sourceLine = lines.line(place.line);
  return new ToaError('E_YAML_SYNTAX', `Syntax Error while loading YAML: ${problem}`, {
    span: { file, ...place },
    sourceLine,
    remedy: syntaxAdvice(sourceLine, lines.line(place.line - 1)),
  });
}

function compose(text: string, file: string, lines: LineTable): Document.Parsed | undefined {
  try {
    const tokens: CST.Token[] = [...tolerantParser().parse(text)];
    // The composer recurses; a document made to exhaust the stack is refused before.
    if (isTooDeep(tokens)) throw syntaxError(lines, file, 0, 'the values are nested too deeply');
    const [first, second] = [...new Composer(OPTIONS).compose(tokens)] as Document.Parsed[];
    const error = first?.errors.find((one) => !isHarmless(one, text));
    if (error) throw syntaxError(lines, file, error.pos[0], sentence(error));
    if (!second) return first;
    const problem = 'expected a single document in the stream but found another document';
    throw syntaxError(lines, file, second.range[0], problem);
  } catch (error) {
    if (error instanceof ToaError) throw error;
    throw syntaxError(lines, file, 0, (error as Error).message);
  }
}

/** PyYAML's reader refuses these: https://yaml.org/spec/1.1/#c-printable */
function unprintable(text: string): number {
  // oxlint-disable-next-line no-control-regex
  return text.search(/[\0-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]/);
}

/**
 * Reads one YAML 1.1 (or JSON) document as PyYAML's SafeLoader with Ansible's constructors does: yes/no booleans,
 * 0644 octal, sexagesimal integers, merge keys, `!vault`, `!unsafe`.
 * @param file the name for spans and messages
 * @throws ToaError E_YAML_SYNTAX, E_YAML_TAG, E_YAML_ALIASES, each with the place, a caret and a remedy
 */
export function parseYaml(text: string, file: string): YamlDocument {
  const source = text.startsWith('\ufeff') ? text.slice(1) : text;
  const lines = new LineTable(source);
  const bad = unprintable(source);
  if (bad >= 0) throw syntaxError(lines, file, bad, 'special characters are not allowed');
  const document = compose(source, file, lines);
  const builder = new Builder(source, file, lines);
  const root = builder.build((document?.contents ?? null) as Node | null, 0);
  return { file, root, value: root.value, warnings: builder.warnings };
}

/**
 * The text of a YAML file.
 * @throws ToaError E_YAML_SYNTAX when it is not UTF-8
 */
export function decodeText(data: Uint8Array, file: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(data);
  } catch (cause) {
    throw new ToaError('E_YAML_SYNTAX', `${file} is not UTF-8 text`, {
      span: { file, line: 1, column: 1 },
      remedy: 'save the file as UTF-8',
      cause,
    });
  }
}
