import { z } from 'zod';
import { failure, type ModuleResult } from '../../src/base/result.ts';
import * as args from '../shared/args.ts';
import { editFile } from '../shared/files/edit.ts';
import { defineVerb } from '../../src/verb/verb.ts';
import { editKnownHosts, type HostKey, namesHost, parseHostKey } from './hosts.ts';

export const verb = defineVerb({
  name: 'known_hosts',
  summary: "Adds or removes a host's keys in known_hosts",
  args: () =>
    z.strictObject({
      name: args.str(),
      key: args.str().optional(),
      path: args.path().default('~/.ssh/known_hosts'),
      hash_host: args.bool().default(false),
      state: args.choice(['present', 'absent']).default('present'),
    }),
  argAliases: { host: 'name' },
  beyond: [],
  check: 'full',
  diff: true,
  hostLocal: true,
  async run({ name, key, path, hash_host, state }, context): Promise<ModuleResult> {
    const host = name.toLowerCase();
    if (/[\s,]/.test(host)) return failure(`'${name}' is not a host name`);
    if (state === 'present' && key === undefined) return failure('No key specified when adding a host');
    const lines = (key ?? '').split('\n').filter((line) => line.trim() !== '' && !line.startsWith('#'));
    const keys: HostKey[] = [];
    for (const line of lines) {
      const parsed = parseHostKey(line);
      if (!parsed || parsed.marker !== '') return failure(`Failed to parse key: ${line}`);
      if (!namesHost(parsed.hosts, host))
        return failure('Host parameter does not match hashed host field in supplied key');
      keys.push(parsed);
    }
    const change = { name: host, keys, state, hash: hash_host };
    const decide = (text: string, exists: boolean): { msg: string; text?: string } => {
      const next = editKnownHosts(text, change);
      return next === text && (exists || next === '') ? { msg: '' } : { msg: '', text: next };
    };
    const options = { path, create: true, backup: false, attributes: {} };
    const result = await editFile(options, decide, context);
    if (result.failed) return result;
    const diff = result.diff ? { diff: result.diff } : {};
    return { changed: result.changed, name: host, key: key ?? null, path, state, hash_host, ...diff };
  },
});
