import { describe, expect, it } from 'vitest';
import { type Dict, LazyDict, type Value } from '../../../src/base/value.ts';
import { chooseCollectors, collectorsOf, gatherCall, readFacts } from '../../../src/host/facts/gather.ts';
import { fullName, LazyFacts } from '../../../src/host/facts/lazy.ts';
import { HostFacts } from '../../../src/play/variables/facts.ts';
import { runProgram } from '../../../scripts/lib/programs.mjs';

const collectors = chooseCollectors([]);
const call = gatherCall(collectors);
const raw = runProgram('sh', [
  '-c',
  `release_files='${call.vars?.['release_files']}'; . ${call.scripts[0]}; facts_gather "$@"`,
  'sh',
  ...(call.args ?? []),
]);
const more = { gather_subset: ['all'], module_setup: true };
const lazy = (chosen = collectors): LazyDict => new LazyDict(new LazyFacts(raw, chosen, [], more));
/** Read at one go, as they are where somebody reads the result. */
const whole: Dict = new Map(lazy());

describe('facts that are read when looked at', () => {
  it('are those that are read at one go', () => {
    expect(whole.size).toBeGreaterThan(80);
    const facts = lazy();
    for (const [name, value] of whole) {
      expect(facts.has(name), String(name)).toBe(true);
      expect(facts.get(name), String(name)).toEqual(value);
    }
    for (const name of ['ansible_nothing', 'ansible_local_', 'kernel', 'ansible_', 5 as Value]) {
      expect(facts.get(name)).toBeUndefined();
    }
  });

  it.each(collectors)('each is found by its name: %s', (collector) => {
    const names = Object.keys(readFacts(raw, [collector]));
    expect(names.length).toBeGreaterThan(0);
    for (const name of names) expect(collectorsOf(name)).toContain(collector);
  });

  it('no name belongs to two collectors but for interfaces', () => {
    for (const name of whole.keys()) {
      const short = name === 'ansible_local' ? name : String(name).slice('ansible_'.length);
      expect(collectorsOf(short).filter((one) => one !== 'network').length, short).toBeLessThan(2);
    }
  });

  it('are only of the subset that was gathered', () => {
    const facts = lazy(chooseCollectors(['!all', 'network']));
    expect(facts.get('ansible_interfaces')).toEqual(whole.get('ansible_interfaces'));
    expect(facts.get('ansible_lo')).toEqual(whole.get('ansible_lo'));
    expect(facts.get('ansible_mounts')).toBeUndefined();
    expect(facts.get('ansible_gather_subset')).toEqual(['all']);
  });

  it('have their two forms, and others come on top of them', () => {
    const [early, late] = [new HostFacts(), new HostFacts()];
    early.add(lazy());
    late.add(whole);
    expect(early.named.get('kernel')).toBe(late.named.get('kernel'));
    expect(early.named.get('local')).toBeUndefined();
    expect(early.named.get('ansible_local')).toEqual(late.named.get('ansible_local'));
    expect(early.injected.get('ansible_kernel')).toBe(late.injected.get('ansible_kernel'));
    for (const facts of [early, late]) facts.add(new Map<Value, Value>([[fullName('kernel'), 'other']]));
    expect([...early.named]).toEqual([...late.named]);
    expect([...early.injected]).toEqual([...late.injected]);
    expect(early.given()).toEqual(late.given());
    expect(early.injected.get('ansible_kernel')).toBe('other');
  });

  it('gathered again replace those before', () => {
    const facts = new HostFacts();
    facts.add(new Map<Value, Value>([['ansible_kernel', 'old']]));
    facts.add(lazy());
    expect(facts.injected.get('ansible_kernel')).toBe(whole.get('ansible_kernel'));
  });
});

describe('LazyDict', () => {
  const make = (): { dict: LazyDict; asked: string[] } => {
    const asked: string[] = [];
    const entries: [Value, Value][] = [
      ['a', 1],
      ['b', 2],
    ];
    const find = (key: Value): Value | undefined => (asked.push(String(key)), new Map(entries).get(key));
    return { dict: new LazyDict({ find, entries: () => (asked.push('all'), entries) }), asked };
  };

  it('asks for one key, and for all once', () => {
    const { dict, asked } = make();
    expect([dict.get('a'), dict.has('b'), dict.has('c')]).toEqual([1, true, false]);
    expect(asked).toEqual(['a', 'b', 'c']);
    expect([...dict.keys(), ...dict.values(), dict.size, ...dict]).toEqual(['a', 'b', 1, 2, 2, ['a', 1], ['b', 2]]);
    expect(dict.get('a')).toBe(1);
    expect(asked).toEqual(['a', 'b', 'c', 'all']);
  });

  it('is a dict like others when it is changed', () => {
    const [{ dict: set }, { dict: deleted }, { dict: cleared }, { dict: each }] = [make(), make(), make(), make()];
    expect([...set.set('a', 3)]).toEqual([
      ['a', 3],
      ['b', 2],
    ]);
    expect([deleted.delete('a'), ...deleted.keys()]).toEqual([true, 'b']);
    cleared.clear();
    expect(cleared.size).toBe(0);
    const seen: Value[] = [];
    each.forEach((value, key) => seen.push(key, value));
    expect([seen, [...new Map(make().dict)], [...make().dict.entries()].length]).toEqual([
      ['a', 1, 'b', 2],
      [...each],
      2,
    ]);
  });
});
