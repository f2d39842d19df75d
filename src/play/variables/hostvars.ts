import { ToaError } from '../../base/errors.ts';
import { LazyMapping, type Value } from '../../base/value.ts';
import type { Scope, Templar } from '../../template/contract.ts';

/** Variables of one scope as a dict whose values are rendered when read; what cannot be rendered stays as written. */
export class ScopeMapping extends LazyMapping {
  private readonly scope: Scope;
  private readonly templar: Templar;
  private readonly label: string;
  private readonly open = new Set<string>();

  constructor(scope: Scope, templar: Templar, label: string) {
    super();
    this.scope = scope;
    this.templar = templar;
    this.label = label;
  }

  get(key: Value): Value | undefined {
    const name = String(key);
    const raw = this.scope.lookup(name);
    if (raw === undefined) return undefined;
    if (this.open.has(name)) {
      throw new ToaError('E_VARS_LOOP', `recursive loop detected: ${this.label}['${name}'] refers to itself`, {
        remedy: `give ${name} a value that does not need ${name}`,
      });
    }
    this.open.add(name);
    try {
      return this.templar.resolve(raw, this.scope, { onUndefined: 'keep' });
    } finally {
      this.open.delete(name);
    }
  }

  has(key: Value): boolean {
    return this.scope.lookup(String(key)) !== undefined;
  }

  keys(): Iterable<Value> {
    return this.scope.names();
  }

  get size(): number {
    return [...this.scope.names()].length;
  }
}

/** What hostvars asks for. */
export interface HostLookup {
  names(): Iterable<string>;
  has(name: string): boolean;
  varsOf(name: string): ScopeMapping;
}

/** `hostvars`: the variables of each host without those of a play, made when asked for. */
export class HostVars extends LazyMapping {
  private readonly hosts: HostLookup;

  constructor(hosts: HostLookup) {
    super();
    this.hosts = hosts;
  }

  get(key: Value): Value | undefined {
    return this.has(key) ? this.hosts.varsOf(key as string) : undefined;
  }

  has(key: Value): boolean {
    return typeof key === 'string' && this.hosts.has(key);
  }

  keys(): Iterable<Value> {
    return this.hosts.names();
  }

  get size(): number {
    return [...this.hosts.names()].length;
  }
}
