import { z } from 'zod';
import { failure } from '../../src/base/result.ts';
import * as args from '../shared/args.ts';
import { remote } from '../shared/remote.ts';
import { defineVerb } from '../../src/verb/verb.ts';

const BY_COLON = new Set(['passwd', 'shadow', 'group', 'gshadow']);

/** Lines of a database by their first field; a key that comes again becomes a list of its entries, as Ansible does. */
export function parseDatabase(text: string, split: string | undefined): Record<string, unknown> {
  const out: Record<string, unknown> = {};
  const seen = new Map<string, number>();
  for (const line of text.split('\n').filter(Boolean)) {
    const fields = split === undefined ? line.trim().split(/\s+/) : line.split(split);
    const [key, ...rest] = fields;
    const count = (seen.get(key) ?? 0) + 1;
    seen.set(key, count);
    if (count === 1) out[key] = rest;
    else if (count === 2) out[key] = [out[key], rest];
    else (out[key] as unknown[]).push(rest);
  }
  return out;
}

export const verb = defineVerb({
  name: 'getent',
  summary: "Reads the host's databases of users, groups, hosts, services... into facts",
  args: () =>
    z.strictObject({
      database: args.str(),
      key: args.str().optional(),
      service: args.str().optional(),
      split: args.str().optional(),
      fail_key: args.bool().default(true),
    }),
  beyond: [],
  check: 'full',
  diff: false,
  async run({ database, key, service, split, fail_key }, context) {
    const reply = await remote(context, { verb: 'getent', vars: { database, key, service } });
    const rc = Number(/rc=(\d+)\s*$/.exec(reply.answer.stderr)?.[1] ?? reply.answer.rc);
    const fact = `getent_${database}`;
    const separator = split ?? (BY_COLON.has(database) ? ':' : undefined);
    if (rc === 0) return { changed: false, ansible_facts: { [fact]: parseDatabase(reply.answer.stdout, separator) } };
    if (rc === 1) return failure('Missing arguments, or database unknown.');
    if (rc === 3) return failure('Enumeration not supported on this database.');
    if (rc !== 2) return failure(`Unexpected failure! ${reply.answer.stderr}`.trim(), { rc });
    const msg = 'One or more supplied key could not be found in the database.';
    if (fail_key) return failure(msg);
    return { changed: false, msg, ansible_facts: { [fact]: key === undefined ? {} : { [key]: null } } };
  },
});
