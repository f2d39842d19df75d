import { maybeTemplate, templateText } from '../../src/base/template-text.ts';
import { TemplateText, fromJs, isMapping, type Value } from '../../src/base/value.ts';
import type { RenderOptions, Scope, TemplatePorts, Templar } from '../../src/template/contract.ts';
import { locator } from '../../src/template/source-file.ts';
import { createTemplar, type TemplarOptions } from '../../src/template/templar.ts';

/** Ports over files in memory; what a test does not need fails loudly. */
export function memoryPorts(files: Record<string, string> = {}): TemplatePorts {
  const refuse = (name: string) => (): never => {
    throw new Error(`the test did not expect the port ${name}`);
  };
  return {
    decrypt: ({ ciphertext }) => `clear ${ciphertext}`,
    readFile: (path) => (path in files ? new TextEncoder().encode(files[path]) : undefined),
    stat: () => undefined,
    listFolder: () => undefined,
    realpath: (path) => path,
    find: (_kind, name) => (name in files ? name : undefined),
    run: refuse('run'),
    fetch: refuse('fetch'),
    environment: {},
    now: () => new Date(Date.UTC(2024, 1, 3, 4, 5, 6)),
    random: () => 0.5,
    warn: refuse('warn'),
    writeFile: refuse('writeFile'),
    config: () => undefined,
  };
}

export function text(source: string): TemplateText {
  return templateText(source, { file: 'play.yml', line: 1, column: 1 }, locator(source));
}

/** Strings with delimiters become templates, as the YAML loader makes them. */
export function raw(value: unknown): Value {
  if (typeof value === 'string') return maybeTemplate(value, text(value).span, locator(value));
  if (Array.isArray(value)) return value.map(raw);
  const plain = fromJs(value);
  return isMapping(plain) ? new Map([...plain.keys()].map((key) => [key, raw(plain.get(key))])) : plain;
}

export function scopeOf(variables: Record<string, unknown>): Scope {
  const values = new Map(Object.entries(variables).map(([name, value]) => [name, raw(value)]));
  return { lookup: (name) => values.get(name), names: () => values.keys(), isWritten: (name) => values.has(name) };
}

export function makeTemplar(files: Record<string, string> = {}, options: TemplarOptions = {}): Templar {
  return createTemplar(memoryPorts(files), options);
}

/** Renders a text with variables. */
export function render(source: string, variables: Record<string, unknown> = {}, options: RenderOptions = {}): Value {
  return makeTemplar().render(text(source), scopeOf(variables), options);
}
