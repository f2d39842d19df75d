import { z } from 'zod';
import { failure } from '../../src/base/result.ts';
import * as args from '../shared/args.ts';
import { service } from '../shared/services/service.ts';
import { defineVerb } from '../../src/verb/verb.ts';

export const verb = defineVerb({
  name: 'sysvinit',
  summary: 'Manages services by System V init scripts',
  args: () =>
    z.strictObject({
      name: args.str(),
      state: args.choice(['started', 'stopped', 'restarted', 'reloaded']).optional(),
      enabled: args.bool().optional(),
      sleep: args.int().default(1),
      pattern: args.str().optional(),
      arguments: args.str().optional(),
      runlevels: args.list(args.str()).optional(),
      daemonize: args.bool().default(false),
    }),
  argAliases: { service: 'name', args: 'arguments' },
  beyond: [],
  check: 'full',
  diff: false,
  async run({ daemonize, ...given }, context) {
    if (given.state === undefined && given.enabled === undefined) {
      return failure('one of the following is required: state, enabled');
    }
    if (daemonize)
      return failure('daemonize is not supported: a service that does not detach by itself cannot be managed');
    return service({ ...given, manager: 'sysvinit' }, context);
  },
});
