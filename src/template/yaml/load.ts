import { Buffer } from 'node:buffer';
import { Alias, isCollection, isMap, isScalar, isSeq, LineCounter, parseAllDocuments, type Document } from 'yaml';
import { ToaError } from '../../base/errors.ts';
import { float, isMapping, type Dict, type Value } from '../../base/value.ts';
import { scalarFloat, scalarInteger, scalarType } from '../../base/yaml-scalar.ts';
import { parseTimestamp } from '../datetime/timestamp.ts';
import { keyFor } from '../python/operations.ts';

const BOOLEANS_TRUE = /^(?:yes|true|on)$/i;
const TAG = 'tag:yaml.org,2002:';

function syntaxError(message: string): ToaError {
  return new ToaError('E_YAML_SYNTAX', message);
}

function plainScalar(text: string): Value {
  return typedScalar(scalarType(text), text);
}

function typedScalar(type: string, text: string): Value {
  switch (type) {
    case 'null':
      return null;
    case 'bool':
      return BOOLEANS_TRUE.test(text);
    case 'int':
      return scalarInteger(text);
    case 'float':
      return float(scalarFloat(text));
    case 'timestamp':
      return parseTimestamp(text);
    case 'binary':
      return Buffer.from(text, 'base64').toString('utf8');
    default:
      return text;
  }
}

function isMerge(key: unknown): boolean {
  return isScalar(key) && key.type === 'PLAIN' && key.value === '<<';
}

/** Builds values from the nodes of one document, by PyYAML's SafeLoader rules. */
class Builder {
  private readonly document: Document;
  private readonly anchors = new Map<unknown, Value>();

  constructor(document: Document) {
    this.document = document;
  }

  value(node: unknown): Value {
    if (node === null || node === undefined) return null;
    if (node instanceof Alias) return this.alias(node);
    if (isScalar(node)) {
      const tag = node.tag?.startsWith(TAG) ? node.tag.slice(TAG.length) : node.tag;
      const text = String(node.value ?? '');
      if (tag !== undefined && tag !== '!') return this.tagged(tag, text);
      return node.type === 'PLAIN' && tag === undefined ? plainScalar(text) : text;
    }
    if (isCollection(node) && node.tag && !node.tag.startsWith(TAG)) this.tagged(node.tag, '');
    if (isSeq(node)) {
      const items: Value[] = [];
      this.anchors.set(node, items);
      for (const item of node.items) items.push(this.value(item));
      return items;
    }
    return isMap(node) ? this.mapping(node.items, node) : null;
  }

  private tagged(tag: string, text: string): Value {
    if (/^(?:null|bool|int|float|timestamp|binary|str)$/.test(tag)) return typedScalar(tag, text);
    throw syntaxError(`could not determine a constructor for the tag '${tag}'`);
  }

  private alias(node: Alias): Value {
    const target = node.resolve(this.document);
    if (target === undefined) throw syntaxError(`found undefined alias '${node.source}'`);
    return this.anchors.get(target) ?? this.value(target);
  }

  private mapping(pairs: readonly { key: unknown; value: unknown }[], node: unknown): Dict {
    const entries: Dict = new Map();
    this.anchors.set(node, entries);
    // What is merged comes first, in the order of keys and in time: own keys override it.
    for (const pair of pairs) if (isMerge(pair.key)) this.merge(entries, this.value(pair.value));
    for (const pair of pairs) {
      if (!isMerge(pair.key)) this.setEntry(entries, this.value(pair.key), this.value(pair.value));
    }
    return entries;
  }

  private setEntry(entries: Dict, key: Value, value: Value): void {
    if (Array.isArray(key) || isMapping(key)) throw syntaxError('while constructing a mapping: found unhashable key');
    entries.set(keyFor(entries, key), value);
  }

  private merge(entries: Dict, source: Value): void {
    // Of a list the first mapping wins, so it is merged last.
    for (const part of Array.isArray(source) ? source.toReversed() : [source]) {
      if (!(part instanceof Map)) throw syntaxError('expected a mapping or list of mappings for merging');
      for (const [key, value] of part) entries.set(key, value);
    }
  }
}

/**
 * Reads every document of a YAML 1.1 text as PyYAML's SafeLoader does. All text in it is final, never a template.
 * @throws ToaError E_YAML_SYNTAX with line and column inside the text
 */
export function loadYamlDocuments(text: string): Value[] {
  const lines = new LineCounter();
  const documents = parseAllDocuments(text, {
    version: '1.1',
    schema: 'failsafe',
    uniqueKeys: false,
    lineCounter: lines,
    prettyErrors: false,
    logLevel: 'silent',
  });
  if (!Array.isArray(documents)) return [];
  return documents.map((document) => {
    const [error] = [...document.errors, ...document.warnings.filter(({ code }) => code === 'BAD_DIRECTIVE')];
    if (error) {
      const { line, col } = lines.linePos(error.pos[0]);
      throw syntaxError(`${error.message} (line ${line}, column ${col} of the text)`);
    }
    return new Builder(document).value(document.contents);
  });
}
