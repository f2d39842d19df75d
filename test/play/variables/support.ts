import { readFileSync } from 'node:fs';
import type { RunFacts, VaultReader } from '../../../src/play/contract.ts';
import { parseYaml } from '../../../src/play/yaml/index.ts';
import { TemplateText, type Dict, type Value } from '../../../src/base/value.ts';
import type { Scope, Templar } from '../../../src/template/contract.ts';
import { ToaError } from '../../../src/base/errors.ts';

export const noVault: VaultReader = { isVault: () => false, decrypt: (data) => data as Uint8Array };

export const runFacts: RunFacts = {
  playbookDir: '/play',
  check: false,
  diff: false,
  forks: 5,
  verbosity: 0,
  runTags: ['all'],
  skipTags: [],
  inventorySources: [],
};

export function loadYamlVars(path: string): Dict {
  const { value } = parseYaml(readFileSync(path, 'utf8'), path);
  return value instanceof Map ? value : new Map();
}

/** Replaces `{{ name }}` only: the variables' order is tested here, not the language. */
function replace(text: TemplateText, scope: Scope): string {
  return text.source.replace(/\{\{\s*(\w+)\s*\}\}/g, (_, name: string) => {
    const value = scope.lookup(name);
    if (value === undefined) throw new ToaError('E_TEMPLATE_UNDEFINED', `'${name}' is undefined`);
    return value instanceof TemplateText ? replace(value, scope) : String(value);
  });
}

function resolve(value: Value, scope: Scope): Value {
  if (value instanceof TemplateText) return replace(value, scope);
  return Array.isArray(value) ? value.map((item) => resolve(item, scope)) : value;
}

export const plainTemplar = { resolve, render: replace } as unknown as Templar;
