import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { ToaError } from '../../src/base/errors.ts';
import { failure, type ModuleResult } from '../../src/base/result.ts';
import * as args from '../shared/args.ts';
import { Answer, verbScript } from '../shared/answer.ts';
import { defineVerb, type TaskContext } from '../../src/verb/verb.ts';

const SCRIPT = verbScript('reboot');

interface BootState {
  readonly boot: string;
  readonly release: string;
}

async function bootState(context: TaskContext, timeoutMs: number): Promise<BootState> {
  const answer = await context.call({ scripts: [SCRIPT], fn: 'reboot_state', timeoutMs });
  const said = new Answer(answer.stdout);
  return { boot: said.get('boot') ?? '', release: said.get('release') ?? '' };
}

/** The state once the host has booted anew, or what was last in the way. */
async function newBoot(
  before: BootState,
  context: TaskContext,
  limit: { seconds: number; connectSeconds: number },
): Promise<BootState | string> {
  const begun = performance.now();
  let last = 'the host has not gone down';
  while (performance.now() - begun < limit.seconds * 1000) {
    await sleep(1000, undefined, { signal: context.signal });
    context.progress(`rebooting: ${last}`, (performance.now() - begun) / 1000 / limit.seconds);
    try {
      await context.resetConnection?.();
      const now = await bootState(context, limit.connectSeconds * 1000);
      if (now.boot !== '' && now.boot !== before.boot) return now;
    } catch (error) {
      if (!(error instanceof ToaError)) throw error;
      last = error.message;
    }
  }
  return last;
}

export const verb = defineVerb({
  name: 'reboot',
  summary: 'Reboots the host and waits until it is back',
  args: () =>
    z.strictObject({
      pre_reboot_delay: args.int().default(0),
      post_reboot_delay: args.int().default(0),
      reboot_timeout: args.int().default(600),
      connect_timeout: args.int().default(10),
      test_command: args.str().optional(),
      msg: args.str().default('Reboot initiated by Ansible'),
      reboot_command: args.str().optional(),
      /** Ours: the kernel release that must run afterwards. */
      expected_release: args.str().optional(),
    }),
  argAliases: {
    pre_reboot_delay_sec: 'pre_reboot_delay',
    post_reboot_delay_sec: 'post_reboot_delay',
    reboot_timeout_sec: 'reboot_timeout',
    connect_timeout_sec: 'connect_timeout',
  },
  beyond: [],
  check: 'full',
  diff: false,
  async run(given, context): Promise<ModuleResult> {
    if (await context.isLocal?.()) {
      return failure('Running reboot with local connection would reboot the control node.', {
        code: 'E_REBOOT_CONTROLLER',
        remedy: 'take localhost out of hosts:, or reach it by ssh where its reboot is meant',
        rebooted: false,
        elapsed: 0,
      });
    }
    const shell = await context.shell();
    if (context.check) return { changed: true, elapsed: 0, rebooted: true };
    const begun = performance.now();
    const elapsed = (): number => Math.floor((performance.now() - begun) / 1000);
    const before = await bootState(context, given.connect_timeout * 1000);
    const vars = {
      seconds: String(Math.max(1, given.pre_reboot_delay)),
      message: given.msg,
      command: given.reboot_command ?? '',
    };
    const started = await shell.call({ scripts: [SCRIPT], fn: 'reboot_now', vars });
    if (started.rc !== 0)
      return failure(`Reboot command failed: ${started.stderr.trim()}`, { rc: started.rc, rebooted: false });
    const limit = { seconds: given.reboot_timeout, connectSeconds: given.connect_timeout };
    const after = await newBoot(before, context, limit);
    if (typeof after === 'string') {
      return failure(`Timed out waiting for last boot time check (timeout=${given.reboot_timeout}): ${after}`, {
        code: 'E_REBOOT_TIMEOUT',
        remedy: 'look at the console of the host; raise reboot_timeout when it boots slowly',
        rebooted: true,
        elapsed: elapsed(),
      });
    }
    if (given.post_reboot_delay > 0) await sleep(given.post_reboot_delay * 1000, undefined, { signal: context.signal });
    const result: ModuleResult = { changed: true, rebooted: true, elapsed: elapsed(), kernel: after.release };
    if (given.expected_release !== undefined && given.expected_release !== after.release) {
      return failure(`the host runs ${after.release} after the reboot, not ${given.expected_release}`, {
        ...result,
        failed: true,
        code: 'E_REBOOT_RELEASE',
        remedy: 'check the default entry of the boot loader',
      });
    }
    return (await tested(given.test_command, context)) ?? result;
  },
});

/** The test command must succeed on the host that came back. */
async function tested(command: string | undefined, context: TaskContext): Promise<ModuleResult | undefined> {
  if (command === undefined) return undefined;
  const answer = await context.call({ scripts: [], fn: 'sh', args: ['-c', command] });
  if (answer.rc === 0) return undefined;
  return failure(`the test command failed after the reboot: ${answer.stderr.trim()}`, {
    rc: answer.rc,
    rebooted: true,
  });
}
