import type { Value } from '../../base/value.ts';
import type { Filter, Lookup, TemplatePorts, Test } from '../contract.ts';
import type { Syntax } from '../syntax/syntax.ts';
import type { Program } from './program.ts';

/** What all renders of one templar share. */
export interface Engine {
  readonly ports: TemplatePorts;
  readonly filters: ReadonlyMap<string, Filter>;
  readonly tests: ReadonlyMap<string, Test>;
  readonly lookups: ReadonlyMap<string, Lookup>;
  readonly globals: ReadonlyMap<string, Value>;
  /** `jinja2_native`. */
  readonly native: boolean;
  /** Compiles the file of that path. */
  readonly compileFile: (path: string, syntax: Syntax) => Program | undefined;
}

/** A plugin by its name, with or without its collection: `ansible.builtin.to_json` is `to_json`. */
export function findPlugin<T>(plugins: ReadonlyMap<string, T>, name: string): T | undefined {
  return plugins.get(name) ?? (name.includes('.') ? plugins.get(name.slice(name.lastIndexOf('.') + 1)) : undefined);
}
