import { expandUserPath } from '../../base/paths/user-path.ts';
import { posix } from 'node:path';
import { ToaError } from '../../base/errors.ts';
import { nowhere, type Span } from '../../base/span.ts';
import { maybeTemplate } from '../../base/template-text.ts';
import { type Dict, type Value } from '../../base/value.ts';
import type { VaultReader } from '../contract.ts';
import { parsePairs } from '../playbook/splitter.ts';
import type { Sources } from '../sources.ts';
import { parseYaml } from '../yaml/index.ts';
import { mergeValues } from './merge.ts';

export interface ExtraVarsContext {
  readonly sources: Sources;
  readonly vault: VaultReader;
  /** What a relative `@file` is relative to. */
  readonly cwd: string;
  readonly mergeHashes?: boolean;
}

const COMMAND_LINE = '<command line -e>';

function asDict(value: Value, text: string, span: Span): Dict {
  if (value instanceof Map) return value;
  throw new ToaError(
    'E_EXTRA_VARS',
    `Invalid extra vars data supplied. '${text}' could not be made into a dictionary`,
    {
      span,
      remedy: 'write name=value, {"name": "value"} or @file.yml',
    },
  );
}

function fromFile(name: string, context: ExtraVarsContext): Value {
  const path = posix.resolve(context.cwd, expandUserPath(name, context.sources.environment));
  const data = context.sources.read(path);
  if (!data) {
    throw new ToaError('E_EXTRA_VARS', `the file ${path} of -e @${name} was not found`, {
      remedy: 'the name is relative to the folder where toa-play is started',
    });
  }
  const text = new TextDecoder().decode(context.vault.isVault(data) ? context.vault.decrypt(data, path) : data);
  const document = parseYaml(text, path);
  for (const warning of document.warnings) context.sources.warn(warning);
  return document.value;
}

function fromPairs(text: string): Dict {
  const parsed = parsePairs(text, false);
  if (!parsed) {
    throw new ToaError(
      'E_EXTRA_VARS',
      `failed at splitting arguments, either an unbalanced jinja2 block or quotes: ${text}`,
      {
        span: nowhere(COMMAND_LINE),
        remedy: 'close the quotes; values that hold blanks need quotes: name="two words"',
      },
    );
  }
  const out: Dict = new Map();
  for (const { key, value, start } of parsed.pairs) {
    const span = { file: COMMAND_LINE, line: 1, column: start + 1 };
    out.set(
      key,
      maybeTemplate(value, span, (offset) => ({ line: 1, column: start + 1 + offset })),
    );
  }
  if (parsed.raw !== '') out.set('_raw_params', parsed.raw);
  return out;
}

/**
 * One `-e`: `name=value ...` (values stay text), JSON or YAML in braces, or `@file`.
 * @throws ToaError E_EXTRA_VARS, E_YAML_*, E_VAULT_*
 */
export function parseExtraVars(text: string, context: ExtraVarsContext): Dict {
  if (text === '') return new Map();
  if (text.startsWith('@')) return asDict(fromFile(text.slice(1), context), text, nowhere(text.slice(1)));
  if (/^[/.]/.test(text)) {
    throw new ToaError('E_EXTRA_VARS', `Please prepend extra_vars filename '${text}' with '@'`, {
      remedy: `write -e @${text}`,
    });
  }
  if (/^[[{]/.test(text)) return asDict(parseYaml(text, COMMAND_LINE).value, text, nowhere(COMMAND_LINE));
  return fromPairs(text);
}

/** All `-e` in order; later ones win. */
export function parseAllExtraVars(texts: readonly string[], context: ExtraVarsContext): Dict {
  let out: Dict = new Map();
  for (const text of texts) {
    const vars = parseExtraVars(text, context);
    out = context.mergeHashes ? mergeValues(out, vars) : new Map([...out, ...vars]);
  }
  return out;
}
