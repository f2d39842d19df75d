import { z } from 'zod';
import { failure } from '../../src/base/result.ts';
import * as args from '../shared/args.ts';
import { remote } from '../shared/remote.ts';
import { defineVerb } from '../../src/verb/verb.ts';

const WAYS: Readonly<Record<string, string>> = { alpine: 'generic', debian: 'generic' };

export const verb = defineVerb({
  name: 'hostname',
  summary: "Sets the host's name, now and for the next boot",
  args: () =>
    z.strictObject({
      name: args.str(),
      use: args
        .choice([
          'alpine',
          'debian',
          'freebsd',
          'generic',
          'macos',
          'macosx',
          'darwin',
          'openbsd',
          'openrc',
          'redhat',
          'sles',
          'solaris',
          'systemd',
        ])
        .optional(),
    }),
  beyond: [],
  check: 'full',
  diff: true,
  async run({ name, use }, context) {
    if (!/^[A-Za-z0-9]([A-Za-z0-9.-]{0,62}[A-Za-z0-9])?$/.test(name))
      return failure(`'${name}' is not a valid host name`);
    if (use && /bsd|mac|darwin|solaris/.test(use)) return failure(`use: ${use} is not supported: only Linux is`);
    const vars = { name, use: use === undefined ? 'auto' : (WAYS[use] ?? use) };
    const reply = await remote(context, { verb: 'hostname', vars });
    if (!reply.ok) return reply.failed;
    const { said } = reply;
    const fqdn = said.get('fqdn') || name;
    const changed = said.is('changed');
    return {
      changed,
      name,
      ansible_facts: {
        ansible_hostname: name.split('.')[0],
        ansible_nodename: name,
        ansible_fqdn: fqdn,
        ansible_domain: fqdn.split('.').slice(1).join('.'),
      },
      ...(changed ? { diff: { before: `hostname = ${said.get('before')}\n`, after: `hostname = ${name}\n` } } : {}),
    };
  },
});
