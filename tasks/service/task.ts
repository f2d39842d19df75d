import { z } from 'zod';
import { failure } from '../../src/base/result.ts';
import * as args from '../shared/args.ts';
import { service } from '../shared/services/service.ts';
import { defineVerb } from '../../src/verb/verb.ts';

export const verb = defineVerb({
  name: 'service',
  summary: "Starts, stops, restarts, reloads or enables a service with the host's own init system",
  args: () =>
    z.strictObject({
      name: args.str(),
      state: args.choice(['reloaded', 'restarted', 'started', 'stopped']).optional(),
      enabled: args.bool().optional(),
      arguments: args.str().default(''),
      pattern: args.str().optional(),
      sleep: args.int().optional(),
      runlevel: args.str().optional(),
      // what Ansible hands on to systemd; other init systems have no use for it
      masked: args.bool().optional(),
      daemon_reload: args.bool().default(false),
      no_block: args.bool().default(false),
      use: args
        .choice([
          'auto',
          'systemd',
          'ansible.builtin.systemd',
          'sysvinit',
          'ansible.builtin.sysvinit',
          'openrc',
          'upstart',
        ])
        .default('auto'),
    }),
  argAliases: { args: 'arguments' },
  beyond: [],
  check: 'full',
  diff: false,
  async run({ use, runlevel, ...given }, context) {
    if (given.state === undefined && given.enabled === undefined && given.masked === undefined) {
      return failure('one of the following is required: state, enabled');
    }
    const manager = use.replace('ansible.builtin.', '') as 'auto';
    const runlevels = runlevel === undefined || runlevel === 'default' ? [] : [runlevel];
    return service({ ...given, manager, runlevels }, context);
  },
});
