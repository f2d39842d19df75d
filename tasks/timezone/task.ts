import { z } from 'zod';
import { failure } from '../../src/base/result.ts';
import * as args from '../shared/args.ts';
import { remote } from '../shared/remote.ts';
import { defineVerb } from '../../src/verb/verb.ts';

export const verb = defineVerb({
  name: 'timezone',
  aliases: ['community.general.timezone'],
  summary: "Sets the host's time zone, and whether its hardware clock runs in UTC",
  args: () =>
    z.strictObject({
      name: args.str().optional(),
      hwclock: args.choice(['local', 'UTC']).optional(),
    }),
  argAliases: { rtc: 'hwclock' },
  beyond: [],
  check: 'full',
  diff: true,
  async run({ name, hwclock }, context) {
    if (name === undefined && hwclock === undefined) return failure('one of the following is required: hwclock, name');
    if (name !== undefined && (name.includes('..') || name.startsWith('/'))) {
      return failure(`given timezone "${name}" is not available`);
    }
    const reply = await remote(context, { verb: 'timezone', vars: { name, hwclock } });
    if (!reply.ok) return reply.failed;
    const { said } = reply;
    const before = {
      ...(name ? { name: said.get('before') } : {}),
      ...(hwclock ? { hwclock: said.get('before_clock') } : {}),
    };
    const after = { ...(name ? { name } : {}), ...(hwclock ? { hwclock } : {}) };
    const text = (state: object): string =>
      `${Object.entries(state)
        .map(([k, v]) => `${k}: ${v}`)
        .join('\n')}\n`;
    return { changed: said.is('changed'), diff: { before: text(before), after: text(after) } };
  },
});
