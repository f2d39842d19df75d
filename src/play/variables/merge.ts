import { isMapping, type Dict, type LazyMapping, type Value } from '../../base/value.ts';

/** Two dicts as one, the second stronger, dicts inside merged too (`hash_behaviour = merge`). */
export function mergeValues(weak: Dict | LazyMapping, strong: Dict | LazyMapping): Dict {
  const out: Dict = new Map();
  for (const key of weak.keys()) out.set(key, weak.get(key) as Value);
  for (const key of strong.keys()) {
    const [old, value] = [out.get(key), strong.get(key) as Value];
    out.set(key, isMapping(old) && isMapping(value) ? mergeValues(old, value) : value);
  }
  return out;
}
