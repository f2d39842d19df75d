import { shortFactName } from '../../base/fact-names.ts';
import { ToaError } from '../../base/errors.ts';
import { type Dict, type DictSource, fromJs, type Value } from '../../base/value.ts';
import { collectorsOf, givesFact, hasNetworkFact, readFacts } from './gather.ts';

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
  readonly #leftOut: readonly string[];
  readonly #more: Dict;
  /** Also what is not there: variables of connections are looked for with each task. */
  readonly #found = new Map<string, Value | undefined>();
  readonly #read = new Map<string, Dict>();

  /**
   * @param leftOut collectors that were not asked, since nobody was found who reads their facts
   * @param more facts that are known without the answer, by their short names
   */
  constructor(raw: string, collectors: readonly string[], leftOut: readonly string[], more: Record<string, unknown>) {
    this.#raw = raw;
    this.#collectors = collectors;
    this.#leftOut = leftOut;
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
    if (this.#leftOut.some((collector) => givesFact(collector, short))) {
      throw new ToaError('E_FACT_LEFT_OUT', `${name} was not gathered: no text that the run began with reads it`, {
        remedy:
          'a template was changed while the run went on: start it again, or run with -v, which gathers everything',
      });
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
