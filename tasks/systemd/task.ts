import { z } from 'zod';
import { failure } from '../../src/base/result.ts';
import * as args from '../shared/args.ts';
import { service } from '../shared/services/service.ts';
import { defineVerb } from '../../src/verb/verb.ts';

const ACTIONS = ['state', 'enabled', 'masked', 'daemon_reload', 'daemon_reexec'] as const;

export const verb = defineVerb({
  name: 'systemd',
  aliases: ['systemd_service', 'ansible.builtin.systemd_service'],
  summary: 'Manages systemd units: state, enabling, masks, reload of the manager',
  args: () =>
    z.strictObject({
      name: args.str().optional(),
      state: args.choice(['reloaded', 'restarted', 'started', 'stopped']).optional(),
      enabled: args.bool().optional(),
      force: args.bool().optional(),
      masked: args.bool().optional(),
      daemon_reload: args.bool().default(false),
      daemon_reexec: args.bool().default(false),
      scope: args.choice(['system', 'user', 'global']).default('system'),
      no_block: args.bool().default(false),
    }),
  argAliases: {
    service: 'name',
    unit: 'name',
    'daemon-reload': 'daemon_reload',
    'daemon-reexec': 'daemon_reexec',
  },
  beyond: [],
  check: 'full',
  diff: false,
  async run(given, context) {
    if (ACTIONS.every((name) => given[name] === undefined || (name.startsWith('daemon') && !given[name]))) {
      return failure(`one of the following is required: ${ACTIONS.join(', ')}`);
    }
    const needsName = ACTIONS.slice(0, 3).find((name) => given[name] !== undefined);
    if (needsName && given.name === undefined) {
      return failure(`missing parameter(s) required by '${needsName}': name`);
    }
    return service({ ...given, manager: 'systemd' }, context);
  },
});
