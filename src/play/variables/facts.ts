import { isConnectionName, shortFactName } from '../../base/fact-names.ts';
import { type Dict, LazyDict, type Value } from '../../base/value.ts';

interface FactNames {
  /** As in `ansible_facts`. */
  readonly short: Value;
  /** Whether the name that it came with is seen beside other variables. */
  readonly isInjected: boolean;
}

/** The names of facts are the same for all hosts. */
const known = new Map<Value, FactNames>();

function namesOf(name: Value): FactNames {
  let names = known.get(name);
  if (!names) {
    // such names are seen as ansible_facts.* only
    const isInjected = typeof name !== 'string' || !isConnectionName(name);
    known.set(name, (names = { short: shortName(name), isInjected }));
  }
  return names;
}

/** Facts of one host in their two forms. */
export class HostFacts {
  /** As `ansible_distribution`, seen beside other variables. */
  injected: Dict = new Map();
  /** As `ansible_facts.distribution`. */
  named: Dict = new Map();
  private isEmpty = true;

  add(facts: Dict): void {
    if (this.isEmpty && facts instanceof LazyDict) this.addLazy(facts);
    else this.addAll(facts);
    this.isEmpty = false;
  }

  private addAll(facts: Dict): void {
    for (const [name, value] of facts) {
      const { short, isInjected } = namesOf(name);
      this.named.set(short, value);
      if (isInjected) this.injected.set(name, value);
    }
  }

  /** Facts that came first, all with Ansible's prefix: they are made when they are looked at. */
  private addLazy(facts: LazyDict): void {
    this.named = new LazyDict({
      find: (short) => {
        const name = longName(short);
        return shortName(name) === short ? facts.get(name) : undefined;
      },
      *entries() {
        for (const [name, value] of facts) yield [namesOf(name).short, value];
      },
    });
    this.injected = new LazyDict({
      find: (name) => (namesOf(name).isInjected ? facts.get(name) : undefined),
      *entries() {
        for (const [name, value] of facts) if (namesOf(name).isInjected) yield [name, value];
      },
    });
  }

  /** Under the names that they came with. */
  given(): Dict {
    return new Map(
      [...this.named].map(([name, value]) => [this.injected.has(name) ? name : longName(name), value] as const),
    );
  }
}

function longName(name: Value): Value {
  return typeof name === 'string' && name !== 'ansible_local' ? `ansible_${name}` : name;
}

const shortName = (name: Value): Value => (typeof name === 'string' ? shortFactName(name) : name);
