import { isMapping, type Value } from '../../base/value.ts';
import type { Scope } from '../../template/contract.ts';
import { mergeValues } from './merge.ts';

/** One level of precedence. A `Map` is one; others make their values when asked. */
export interface Layer {
  get(name: Value): Value | undefined;
  keys(): Iterable<Value>;
}

/** Layers whose values stand in the user's own files. Others may hold what a host said. */
const written = new WeakSet<Layer>();

/** Layers that look like those and hold values of templates too, as items of a loop. */
const mixed = new WeakSet<Layer>();

export function markMixed<T extends Layer>(layer: T): T {
  mixed.add(layer);
  return layer;
}

export function markWritten<T extends readonly Layer[]>(layers: T): T {
  for (const layer of layers) if (!mixed.has(layer)) written.add(layer);
  return layers;
}

/** A layer of values that are made when asked for, each at most once. */
export class LazyLayer implements Layer {
  private readonly makers: ReadonlyMap<string, () => Value | undefined>;
  private readonly made = new Map<Value, Value | undefined>();

  constructor(makers: ReadonlyMap<string, () => Value | undefined>) {
    this.makers = makers;
  }

  get(name: Value): Value | undefined {
    if (this.made.has(name)) return this.made.get(name);
    const value = this.makers.get(name as string)?.();
    this.made.set(name, value);
    return value;
  }

  *keys(): Iterable<Value> {
    for (const name of this.makers.keys()) if (this.get(name) !== undefined) yield name;
  }
}

/** Layers under one another, the strongest first; nothing is copied. */
export class LayeredScope implements Scope {
  private readonly layers: readonly (readonly Layer[])[];
  private readonly mergeHashes: boolean;

  /** @param layers groups of layers, so that those which many scopes share need no copying */
  constructor(layers: readonly (readonly Layer[])[], mergeHashes = false) {
    this.layers = layers;
    this.mergeHashes = mergeHashes;
  }

  lookup(name: string): Value | undefined {
    const { layers } = this;
    let found: Value | undefined;
    // Looked up hundreds of times for each task of each host: iterators would be half the cost.
    for (let at = 0; at < layers.length; at++) {
      const group = layers[at];
      for (let index = 0; index < group.length; index++) {
        const value = group[index].get(name);
        if (value === undefined) continue;
        if (!this.mergeHashes || !isMapping(value)) return found ?? value;
        found = isMapping(found) ? mergeValues(value, found) : value;
      }
    }
    return found;
  }

  isWritten(name: string): boolean {
    let isFound = false;
    for (const group of this.layers) {
      for (const layer of group) {
        if (layer.get(name) === undefined) continue;
        if (!written.has(layer)) return false;
        if (!this.mergeHashes) return true;
        isFound = true;
      }
    }
    return isFound;
  }

  names(): Iterable<string> {
    const out = new Set<string>();
    for (const group of this.layers) {
      for (const layer of group) for (const key of layer.keys()) out.add(String(key));
    }
    return out;
  }
}
