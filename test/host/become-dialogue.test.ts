import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import { becomeDialogue, newTokens } from '../../src/host/session/become.ts';
import type { Channel } from '../../src/transport/contract.ts';

it.each([0, 1, 20_000, 60_000])('hands on %d bytes that came with the token', async (bytes) => {
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
  const exited = new Promise<never>(() => undefined);
  const channel: Channel = { stdin, stdout, stderr, exited, end: () => undefined };
  const tokens = newTokens();
  const done = becomeDialogue(channel, { method: 'sudo', user: 'root' }, tokens, 'web1');
  const data = Buffer.from(Array.from({ length: bytes }, (_, i) => i % 256));
  stdout.write(Buffer.concat([Buffer.from(`a banner\n${tokens.success}\n`), data]));
  await done;
  stdout.end();
  const rest: Buffer[] = [];
  stdout.on('data', (chunk: Buffer) => rest.push(chunk)).resume();
  await once(stdout, 'end');
  expect(Buffer.concat(rest).equals(data)).toBe(true);
});
