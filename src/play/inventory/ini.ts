import { ToaError } from '../../base/errors.ts';
import type { Word } from '../../base/shell-words.ts';
import type { Dict, Value } from '../../base/value.ts';
import type { InventoryData } from './data.ts';
import { pythonLiteral } from './literal.ts';
import { withTemplates, type Change, type Format } from './parsing.ts';
import { expandHosts } from './ranges.ts';
import { lineWords } from './shlex.ts';

const SECTION = /^\[([^:\]\s]+)(?::(\w+))?\]\s*(?:#.*)?$/;
const GROUP_NAME = /^([^:\]\s]+)\s*(?:#.*)?$/;
const KINDS = new Set(['hosts', 'children', 'vars']);

interface Awaited {
  readonly kind: 'vars' | 'children';
  readonly line: number;
  readonly text: string;
  readonly parents: string[];
}

/** Reads one INI file. Groups may be used as children before they are declared. */
class IniParser {
  readonly changes: Change[] = [];
  private readonly declared = new Set<string>();
  private readonly awaited = new Map<string, Awaited>();
  private group = 'ungrouped';
  private kind = 'hosts';
  private line = 0;
  private raw = '';
  private readonly file: string;
  private readonly data: InventoryData;

  constructor(file: string, data: InventoryData) {
    this.file = file;
    this.data = data;
  }

  parse(text: string): void {
    for (const raw of text.split(/\r\n|[\n\r]/)) {
      this.line++;
      this.raw = raw;
      const line = raw.trim();
      if (line === '' || line.startsWith(';') || line.startsWith('#')) continue;
      this.statement(line);
    }
    for (const [name, { kind, line, text: source, parents }] of this.awaited) {
      this.line = line;
      this.raw = source;
      if (kind === 'vars') {
        this.fail(`Section [${name}:vars] not valid for undefined group: ${name}`, `add a section [${name}]`);
      }
      this.fail(
        `Section [${parents.at(-1)}:children] includes undefined group: ${name}`,
        `add a section [${name}], or correct the name`,
      );
    }
  }

  private fail(message: string, remedy: string, column?: number): never {
    const indent = this.raw.length - this.raw.trimStart().length;
    throw new ToaError('E_INVENTORY_SYNTAX', message, {
      span: { file: this.file, line: this.line, column: (column ?? indent) + 1 },
      sourceLine: this.raw,
      remedy,
    });
  }

  /** Runs a reader of a part of the line; its error is reported with the place. */
  private located<T>(column: number, read: () => T): T {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof ToaError) || error.details.span) throw error;
      const span = { file: this.file, line: this.line, column: column + 1 };
      throw new ToaError(error.code, error.message, { ...error.details, span, sourceLine: this.raw });
    }
  }

  private knows(group: string): boolean {
    return this.declared.has(group) || this.data.hasGroup(group);
  }

  private statement(line: string): void {
    const section = SECTION.exec(line);
    if (section) this.section(section[1], section[2] ?? 'hosts');
    else if (line.startsWith('[') && line.endsWith(']')) {
      this.fail(
        `Invalid section entry: '${line}'. Please make sure that there are no spaces in the section entry, and that ` +
          'there are no other invalid characters',
        'write [group], [group:vars] or [group:children]',
      );
    } else if (this.kind === 'hosts') this.hostLine();
    else if (this.kind === 'vars') this.variable(line);
    else this.child(line);
  }

  private section(name: string, kind: string): void {
    if (!KINDS.has(kind)) {
      this.fail(`Section [${name}:${kind}] has unknown type: ${kind}`, 'the types are hosts, children and vars');
    }
    this.group = name;
    this.kind = kind;
    if (!this.knows(name)) {
      if (kind === 'vars' && !this.awaited.has(name)) {
        this.awaited.set(name, { kind: 'vars', line: this.line, text: this.raw, parents: [] });
      }
      this.declared.add(name);
      this.changes.push((data) => data.group(name));
    }
    const awaited = kind === 'vars' ? undefined : this.awaited.get(name);
    if (!awaited) return;
    this.awaited.delete(name);
    for (const parent of awaited.parents) this.adopt(parent, name);
  }

  private adopt(parent: string, child: string): void {
    const [line, raw] = [this.line, this.raw];
    this.changes.push((data) => {
      this.line = line;
      this.raw = raw;
      this.located(0, () => data.addChild(parent, child));
    });
  }

  private child(line: string): void {
    const name = GROUP_NAME.exec(line)?.[1];
    if (name === undefined) this.fail(`Expected group name, got: ${line}`, 'write one name of a group on each line');
    if (this.knows(name) && !this.awaited.has(name)) this.adopt(this.group, name);
    else this.awaitChild(name);
  }

  private awaitChild(name: string): void {
    const awaited = this.awaited.get(name);
    if (awaited) awaited.parents.push(this.group);
    else this.awaited.set(name, { kind: 'children', line: this.line, text: this.raw, parents: [this.group] });
  }

  private variable(line: string): void {
    const at = line.indexOf('=');
    if (at < 0) this.fail(`Expected key=value, got: ${line}`, 'write name=value, one on each line');
    const key = line.slice(0, at).trim();
    const text = line.slice(at + 1).trim();
    const value = this.value(text, this.raw.indexOf(text, this.raw.indexOf('=') + 1));
    const { group } = this;
    const [file, row, raw] = [this.file, this.line, this.raw];
    this.changes.push((data) => setGroupVariable(data, group, key, value, { file, row, raw }));
  }

  private value(text: string, column: number): Value {
    const literal = pythonLiteral(text);
    if (typeof literal === 'number') return literal;
    // The place of a template is that of its text: after the quote when there is one.
    const quote = typeof literal === 'string' ? 1 : 0;
    return withTemplates(literal === undefined ? text : literal, {
      file: this.file,
      line: this.line,
      column: column + quote + 1,
    });
  }

  private hostLine(): void {
    const indent = this.raw.length - this.raw.trimStart().length;
    const words = this.located(indent, () => lineWords(this.raw));
    const { hosts, port } = this.hostNames(words[0]);
    const vars: Dict = new Map();
    for (const word of words.slice(1)) {
      const at = word.text.indexOf('=');
      if (at < 0) {
        this.fail(
          `Expected key=value host variable assignment, got: ${word.text}`,
          'write variables as name=value and quote values that hold blanks',
          word.column,
        );
      }
      const key = word.text.slice(0, at);
      vars.set(key, this.value(word.text.slice(at + 1), this.valueColumn(word, at)));
    }
    const { group } = this;
    this.changes.push((data) => {
      for (const host of hosts) {
        data.putHost(host, group, port);
        for (const [key, value] of vars) data.setVariable('host', host, key, value);
      }
    });
  }

  /** Where the value of a `key=value` word begins, after a quote of the shell kind. */
  private valueColumn(word: Word, equals: number): number {
    const at = word.column + equals + 1;
    return /["']/.test(this.raw[at] ?? '') ? at + 1 : at;
  }

  private hostNames(word: Word | undefined): { hosts: string[]; port?: number } {
    if (!word) this.fail('Expected a host name', 'write a host, or remove the line');
    const found = this.located(word.column, () => expandHosts(word.text));
    if (word.text.endsWith(':') && found.port === undefined) {
      this.fail(
        `Invalid host pattern '${word.text}' supplied, ending in ':' is not allowed, this character is reserved to ` +
          'provide a port.',
        'remove the colon, or give the file the ending .yml if it is YAML',
        word.column,
      );
    }
    if (found.hosts.includes('---')) {
      this.fail(
        "Invalid host pattern '---' supplied, '---' is normally a sign this is a YAML file.",
        'give the file the ending .yml',
        word.column,
      );
    }
    return found;
  }
}

function setGroupVariable(
  data: InventoryData,
  group: string,
  key: string,
  value: Value,
  at: { file: string; row: number; raw: string },
): void {
  try {
    data.setVariable('group', group, key, value);
  } catch (error) {
    if (!(error instanceof ToaError)) throw error;
    const span = { file: at.file, line: at.row, column: 1 };
    throw new ToaError(error.code, error.message, { ...error.details, span, sourceLine: at.raw });
  }
}

/**
 * Ansible's INI format: https://docs.ansible.com/ansible-core/2.14/collections/ansible/builtin/ini_inventory.html
 * Values are Python literals where they can be (`5`, `True`, `['a']`), else text (`yes`, `0644`).
 * Errors: E_INVENTORY_SYNTAX, E_INVENTORY_RANGE, E_INVENTORY_QUOTES, each with its line.
 */
export const iniFormat: Format = {
  name: 'ini',
  parse(path, text, data) {
    const parser = new IniParser(path, data);
    parser.parse(text);
    return parser.changes;
  },
};
