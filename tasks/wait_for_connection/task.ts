import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { ToaError } from '../../src/base/errors.ts';
import { failure } from '../../src/base/result.ts';
import * as args from '../shared/args.ts';
import { defineVerb } from '../../src/verb/verb.ts';

export const verb = defineVerb({
  name: 'wait_for_connection',
  summary: 'Waits until the host lets us in',
  args: () =>
    z.strictObject({
      connect_timeout: args.int().default(5),
      delay: args.int().default(0),
      sleep: args.int().default(1),
      timeout: args.int().default(600),
    }),
  beyond: [],
  check: 'full',
  diff: false,
  async run({ connect_timeout, delay, sleep: pause, timeout }, context) {
    const begun = performance.now();
    const elapsed = (): number => Math.floor((performance.now() - begun) / 1000);
    if (context.check) return { changed: false, skipped: true, elapsed: 0 };
    const wait = (seconds: number): Promise<void> => sleep(seconds * 1000, undefined, { signal: context.signal });
    if (delay > 0) await wait(delay);
    await context.resetConnection?.();
    for (let last = ''; ;) {
      try {
        const answer = await context.call({ scripts: [], fn: 'true', timeoutMs: connect_timeout * 1000 + 1000 });
        if (answer.rc === 0 && !answer.timedOut) return { changed: false, elapsed: elapsed() };
        last = 'the shell does not answer';
      } catch (error) {
        if (!(error instanceof ToaError)) throw error;
        last = error.message;
      }
      if (elapsed() + pause > timeout) {
        return failure(`timed out waiting for ping module test: ${last}`, { elapsed: elapsed() });
      }
      context.progress(`waiting for the connection: ${last}`, elapsed() / timeout);
      await wait(pause);
      await context.resetConnection?.();
    }
  },
});
