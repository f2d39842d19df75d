import { z } from 'zod';
import { failure } from '../../src/base/result.ts';
import * as args from '../shared/args.ts';
import { remote } from '../shared/remote.ts';
import { defineVerb } from '../../src/verb/verb.ts';

type Package = Record<string, unknown>;

const READERS: Readonly<Record<string, (fields: readonly string[]) => Package>> = {
  apt: ([name, version, arch, category]) => ({ name, version, arch, category, source: 'apt' }),
  rpm: ([name, version, release, epoch, arch]) => ({
    name,
    version,
    release,
    epoch: epoch === '(none)' || epoch === '' ? null : Number(epoch),
    arch: arch === '(none)' ? null : arch,
    source: 'rpm',
  }),
  apk: ([name, version]) => ({ name, version, source: 'apk' }),
};

/** Packages by name; several versions of one (kernels) stand in one list. */
export function parsePackages(text: string): Record<string, Package[]> {
  const out: Record<string, Package[]> = {};
  let manager = '';
  for (const line of text.split('\n').filter(Boolean)) {
    if (line.startsWith('=')) {
      manager = line.slice(1);
      continue;
    }
    const found = READERS[manager]?.(line.split('\t'));
    if (!found) continue;
    const name = String(found['name']);
    (out[name] ??= []).push(found);
  }
  return out;
}

export const verb = defineVerb({
  name: 'package_facts',
  summary: 'Gathers the installed packages and their versions into a fact',
  args: () =>
    z.strictObject({
      manager: args.list(args.str()).default(['auto']),
      strategy: args.choice(['first', 'all']).default('first'),
    }),
  beyond: [],
  check: 'full',
  diff: false,
  hostLocal: true,
  async run({ manager, strategy }, context) {
    const asked = manager.map((name) => name.toLowerCase());
    const known = ['auto', 'apt', 'rpm', 'apk', 'yum', 'dnf', 'zypper'];
    const unknown = asked.filter((name) => !known.includes(name));
    if (unknown.length > 0) return failure(`Invalid package managers requested: ${unknown.join(', ')}`);
    const names = asked.includes('auto')
      ? ['apt', 'rpm', 'apk']
      : asked.map((name) => (['yum', 'dnf', 'zypper'].includes(name) ? 'rpm' : name));
    const vars = { managers: [...new Set(names)].join(' '), strategy };
    const reply = await remote(context, { verb: 'package_facts', vars });
    if (!reply.ok) return reply.failed;
    return { changed: false, ansible_facts: { packages: parsePackages(reply.answer.stdout) } };
  },
});
