import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Target } from '../../src/transport/target.ts';
import { connect } from '../../src/transport/connect.ts';

const folder = mkdtempSync(join(tmpdir(), 'toa-early-calls-'));
const accepted: Socket[] = [];
let server: Server;
let port: number;

beforeAll(async () => {
  server = createServer((socket) => accepted.push(socket)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  ({ port } = server.address() as AddressInfo);
  writeFileSync(join(folder, 'known_hosts'), '');
});
afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

function target(override: Partial<Target>): Target {
  const sshArgs = ['-F', 'none', '-o', `UserKnownHostsFile=${join(folder, 'known_hosts')}`];
  return { name: 'h', host: '127.0.0.1', transport: 'ssh2', user: 'root', sshArgs, ...override } as Target;
}

// The first two of a process: ssh2 is not loaded yet.
it('a server that refuses before ssh2 is loaded is unreachable; one that was called in vain is let go', async () => {
  const key = join(folder, 'no-key');
  const calls = [connect(target({ port: 1 })), connect(target({ port, privateKeyFile: key }))];
  const [refused, withoutKey] = await Promise.allSettled(calls);
  expect(refused).toMatchObject({ status: 'rejected', reason: { code: 'E_UNREACHABLE' } });
  expect(withoutKey).toMatchObject({ status: 'rejected', reason: { code: 'E_KEY_FILE' } });
  expect(accepted).toHaveLength(1);
  accepted[0].resume();
  if (!accepted[0].closed) await once(accepted[0], 'close');
});
