import type { Dict } from '../../base/value.ts';
import { type Scope, Suspend } from '../../template/contract.ts';

/** Shows all variables. */
const WHOLE = 'vars';

/**
 * What the items of a loop (or tasks) before one leave for it: `x: "{{ x | default([]) + [item] }}"` adds up. One that
 * begins while they are still at work waits for them when it reads a variable that they register.
 */
export class EarlierResults {
  private readonly values: Dict;
  private readonly registered: ReadonlySet<string>;
  private pending: Promise<unknown> | undefined;

  /**
   * @param values filled as items are done
   * @param before settles when those before are done; undefined when they are
   */
  constructor(values: Dict, registered: ReadonlySet<string>, before: Promise<unknown> | undefined) {
    this.values = values;
    this.registered = registered;
    this.pending = before;
    const settled = (): void => void (this.pending = undefined);
    before?.then(settled, settled);
  }

  /** @param extra the strongest layer of `scope` but for extra vars, which takes the values */
  guard(scope: Scope, extra: Dict): Scope {
    const take = (): void => {
      for (const [name, value] of this.values) if (!extra.has(name)) extra.set(name, value);
    };
    const waited = new Set([...this.registered].filter((name) => !extra.has(name)));
    if (!this.pending || waited.size === 0) {
      take();
      return scope;
    }
    waited.add(WHOLE);
    const lookup: Scope['lookup'] = (name) => {
      if (waited.has(name)) {
        if (this.pending) throw new Suspend(this.pending);
        take();
      }
      return scope.lookup(name);
    };
    return { ...scope, lookup };
  }
}
