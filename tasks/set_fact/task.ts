import { z } from 'zod';
import { failure } from '../../src/base/result.ts';
import { type Value } from '../../src/base/value.ts';
import { defineVerb } from '../../src/verb/verb.ts';
import { asBoolean, isIdentifier, NAME_RULE } from '../../src/verb/names.ts';

/** Texts that Ansible turns into booleans here, because `k=v` arguments cannot say true. */
const BOOLEANS: Readonly<Record<string, boolean>> = { true: true, yes: true, false: false, no: false };

export const verb = defineVerb({
  name: 'set_fact',
  summary: 'Sets variables of the host for the rest of the run',
  args: () => z.record(z.string(), z.unknown()),
  anyArgs: true,
  beyond: [],
  check: 'full',
  diff: false,
  controllerOnly: true,
  hostLocal: true,
  async run({ cacheable, ...given }) {
    const facts = new Map<Value, Value>();
    for (const [key, value] of Object.entries(given as Record<string, Value>)) {
      if (key === '_raw_params') continue;
      if (!isIdentifier(key)) return failure(`The variable name '${key}' is not valid. ${NAME_RULE}`);
      facts.set(key, typeof value === 'string' ? (BOOLEANS[value.toLowerCase()] ?? value) : value);
    }
    if (facts.size === 0) {
      return failure('No key/value pairs provided, at least one is required for this action to succeed');
    }
    return { ansible_facts: facts, _ansible_facts_cacheable: asBoolean(cacheable as Value), changed: false };
  },
});
