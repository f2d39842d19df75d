import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { failure } from '../../src/base/result.ts';
import * as args from '../shared/args.ts';
import { pythonTime } from '../shared/command.ts';
import { defineVerb, type TaskContext } from '../../src/verb/verb.ts';

async function waitFor(seconds: number, context: TaskContext): Promise<void> {
  context.progress(`pausing for ${seconds} s`);
  await sleep(seconds * 1000, undefined, { signal: context.signal }).catch(() => undefined);
}

export const verb = defineVerb({
  name: 'pause',
  summary: 'Waits for a time or for a key',
  args: () =>
    z.strictObject({
      minutes: args.float().optional(),
      seconds: args.float().optional(),
      prompt: args.str().optional(),
      echo: args.bool().default(true),
    }),
  beyond: ['all-hosts'],
  check: 'full',
  diff: false,
  controllerOnly: true,
  async run({ minutes, seconds, prompt, echo }, context) {
    if (minutes !== undefined && seconds !== undefined) {
      return failure('parameters are mutually exclusive: minutes|seconds');
    }
    const start = new Date();
    let input: string | undefined;
    if (minutes === undefined && seconds === undefined) {
      const question = `${prompt ?? 'Press enter to continue, Ctrl+C to interrupt'}${echo ? '' : ' (output is hidden)'}:`;
      input = await context.controller.prompt(question, { secret: !echo });
      if (input === undefined) context.warn('Not waiting for response to prompt as stdin is not interactive');
    } else await waitFor(Math.max(1, Math.trunc((minutes ?? 0) * 60 + (seconds ?? 0))), context);
    const stop = new Date();
    const took = (stop.getTime() - start.getTime()) / 1000;
    const [shown, unit] =
      minutes !== undefined ? [took / 60, 'minutes'] : [took, seconds !== undefined ? 'seconds' : 'minutes'];
    return {
      changed: false,
      rc: 0,
      stderr: '',
      stdout: `Paused for ${Math.round(shown * 100) / 100} ${unit}`,
      start: pythonTime(start),
      stop: pythonTime(stop),
      delta: Math.trunc(took),
      echo,
      user_input: input ?? '',
    };
  },
});
