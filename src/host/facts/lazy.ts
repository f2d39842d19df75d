import { shortFactName } from '../../base/fact-names.ts';
import { type Dict, type DictSource, fromJs, type Value } from '../../base/value.ts';
import { collectorsOf, hasNetworkFact, readFacts } from './gather.ts';

/** Full names of facts: one text for all hosts. */
const fullNames = new Map<string, string>();

/** With the prefix that facts have beside other variables. */
export function fullName(name: string): string {
  let full = fullNames.get(name);
  if (full === undefined) fullNames.set(name, (full = name.startsWith('ansible_') ? name : `ansible_${name}`));
  return full;
}

/** Facts of a host under their full names. Each collector reads the raw answer when somebody looks for one of its facts. */
export class LazyFacts implements DictSource {
  readonly #raw: string;
  readonly #collectors: readonly string[];
  readonly #more: Dict;
  /** Also what is not there: variables of connections are looked for with each task. */
  readonly #found = new Map<string, Value | undefined>();
  readonly #read = new Map<string, Dict>();

  /** @param more facts that are known without the answer, by their short names */
  constructor(raw: string, collectors: readonly string[], more: Record<string, unknown>) {
    this.#raw = raw;
    this.#collectors = collectors;
    this.#more = this.#named(more);
  }

  find(name: Value): Value | undefined {
    if (typeof name !== 'string' || !name.startsWith('ansible_')) return undefined;
    if (this.#found.has(name)) return this.#found.get(name);
    const value = this.#look(name);
    this.#found.set(name, value);
    return value;
  }

  #look(name: string): Value | undefined {
    const short = shortFactName(name);
    for (const collector of collectorsOf(short)) {
      if (!this.#collectors.includes(collector)) continue;
      if (collector === 'network' && !hasNetworkFact(this.#raw, short)) continue;
      const value = this.#of(collector).get(name);
      if (value !== undefined) return value;
    }
    return this.#more.get(name);
  }

  *entries(): Iterable<readonly [Value, Value]> {
    yield* this.#named(readFacts(this.#raw, this.#collectors));
    yield* this.#more;
  }

  /** The answer is cut anew for each: its pieces would be as much memory for each host as the facts. */
  #of(collector: string): Dict {
    let facts = this.#read.get(collector);
    if (!facts) this.#read.set(collector, (facts = this.#named(readFacts(this.#raw, [collector]))));
    return facts;
  }

  #named(facts: Record<string, unknown>): Dict {
    return new Map(Object.entries(facts).map(([name, value]) => [fullName(name), fromJs(value)]));
  }
}
