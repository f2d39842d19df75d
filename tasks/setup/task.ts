import { z } from 'zod';
import { failure } from '../../src/base/result.ts';
import { LazyDict } from '../../src/base/value.ts';
import { chooseCollectors, collectorsFor, gatherCall, readFacts } from '../../src/host/facts/gather.ts';
import { fullName, LazyFacts } from '../../src/host/facts/lazy.ts';
import * as args from '../shared/args.ts';
import { defineVerb } from '../../src/verb/verb.ts';

/** fnmatch of one pattern (`ansible_eth[0-2]`, `dist*`), as the setup module's `filter` means it. */
function matches(pattern: string, name: string): boolean {
  const source = pattern
    .replace(/[.+^${}()|\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.')
    .replaceAll('[!', '[^');
  return new RegExp(`^${source}$`).test(name);
}

function select(facts: Record<string, unknown>, filters: readonly string[]): Record<string, unknown> {
  const patterns = filters.filter((pattern) => pattern !== '');
  if (patterns.length === 0 || patterns.includes('*')) return facts;
  const wanted = (name: string): boolean =>
    patterns.some((pattern) => matches(pattern, name) || matches(pattern, `ansible_${name}`));
  return Object.fromEntries(Object.entries(facts).filter(([name]) => wanted(name)));
}

const prefixed = (facts: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(facts).map(([name, value]) => [fullName(name), value]));

export const verb = defineVerb({
  name: 'setup',
  aliases: ['gather_facts', 'ansible.builtin.gather_facts', 'ansible.legacy.setup'],
  summary: 'Gathers facts of the host, in one round trip and without Python',
  args: () =>
    z.strictObject({
      gather_subset: args.list(args.str()).default(['all']),
      gather_timeout: args.int().default(10),
      filter: args.list(args.str()).default([]),
      fact_path: args.path().default('/etc/ansible/facts.d'),
    }),
  beyond: [],
  check: 'full',
  diff: false,
  hostLocal: true,
  async run({ gather_subset, gather_timeout, filter, fact_path }, context) {
    const collectors = chooseCollectors(gather_subset);
    if (collectors.length === 0) return { changed: false, ansible_facts: { ansible_gather_subset: gather_subset } };
    // most runs look at few facts
    const isUnseen = filter.length === 0 && !context.isRead(['ansible_facts']);
    const read = isUnseen ? await context.factsRead() : undefined;
    const asked = read ? collectorsFor(collectors, read) : collectors;
    const call = gatherCall(asked, fact_path);
    const answer = await context.call({ ...call, timeoutMs: gather_timeout * 6000 });
    if (answer.rc !== 0) return failure(`gathering facts failed: ${answer.stderr.trim()}`, { rc: answer.rc });
    const subset = { gather_subset, module_setup: true };
    if (isUnseen) {
      const leftOut = collectors.filter((name) => !asked.includes(name));
      return { changed: false, ansible_facts: new LazyDict(new LazyFacts(answer.stdout, asked, leftOut, subset)) };
    }
    const facts = select(readFacts(answer.stdout, collectors), filter);
    return { changed: false, ansible_facts: prefixed(filter.length > 0 ? facts : { ...facts, ...subset }) };
  },
});
