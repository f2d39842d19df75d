import type { Dict } from '../../base/value.ts';
import { type Scope, Suspend } from '../../template/contract.ts';

/** Shows all variables. */
const WHOLE = 'vars';

/**
 * What the items before one leave for it: `x: "{{ x | default([]) + [item] }}"` adds up. An item that begins while they
 * are still at work waits for them when it reads the variable that the task registers.
 */
export class EarlierResults {
  private readonly values: Dict;
  private readonly registered: string | undefined;
  private pending: Promise<unknown> | undefined;

  /**
   * @param values filled as items are done
   * @param before settles when the items before are done; undefined when they are
   */
  constructor(values: Dict, registered: string | undefined, before: Promise<unknown> | undefined) {
    this.values = values;
    this.registered = registered;
    this.pending = before;
    void before?.then(() => (this.pending = undefined));
  }

  /** @param extra the strongest layer of `scope` but for extra vars, which takes the values */
  guard(scope: Scope, extra: Dict): Scope {
    const take = (): void => {
      for (const [name, value] of this.values) if (!extra.has(name)) extra.set(name, value);
    };
    const { registered } = this;
    if (!this.pending || registered === undefined || extra.has(registered)) {
      take();
      return scope;
    }
    const lookup: Scope['lookup'] = (name) => {
      if ((name === registered || name === WHOLE) && !extra.has(registered)) {
        if (this.pending) throw new Suspend(this.pending);
        take();
      }
      return scope.lookup(name);
    };
    return { ...scope, lookup };
  }
}
