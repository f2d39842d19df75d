import { fromJs, isMapping, type Value } from '../../base/value.ts';
import type { HostCounters } from '../events.ts';

const NONE: HostCounters = { ok: 0, changed: 0, unreachable: 0, failed: 0, skipped: 0, rescued: 0, ignored: 0 };

/** The counters of the recap, and what set_stats collected. */
export class Stats {
  readonly hosts = new Map<string, HostCounters>();
  private readonly collected = new Map<string, Map<Value, Value>>();

  count(host: string, ...what: (keyof HostCounters)[]): void {
    let counters = this.hosts.get(host);
    if (!counters) this.hosts.set(host, (counters = { ...NONE }));
    for (const name of what) counters[name]++;
  }

  /** `host` undefined: for the whole run. `aggregate`: numbers and lists add up, dicts merge, texts join. */
  setCustom(name: string, value: Value, host: string | undefined, aggregate: boolean): void {
    const owner = host ?? '_run';
    let values = this.collected.get(owner);
    if (!values) this.collected.set(owner, (values = new Map()));
    const before = values.get(name);
    values.set(name, aggregate && before !== undefined ? combined(before, value) : value);
  }

  get custom(): ReadonlyMap<string, unknown> {
    return this.collected;
  }
}

/** What `aggregate: true` makes of two values; values of different types keep the first. */
function combined(before: Value, value: Value): Value {
  if (typeof before === 'number' && typeof value === 'number') return before + value;
  if (typeof before === 'string' && typeof value === 'string') return before + value;
  if (Array.isArray(before) && Array.isArray(value)) return [...before, ...value];
  if (before instanceof Map && isMapping(value)) {
    const merged = new Map(before);
    for (const key of value.keys()) {
      const old = merged.get(key);
      const now = value.get(key) as Value;
      merged.set(key, old instanceof Map && isMapping(now) ? combined(old, now) : now);
    }
    return fromJs(merged);
  }
  return before;
}
