import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { verb as fetch } from '../../tasks/fetch/task.ts';
import type { Call, CallResult } from '../../src/host/contract.ts';
import type { TaskContext } from '../../src/verb/verb.ts';
import { controllerPort } from '../../src/cli/world/controller.ts';
import { writeFileSync } from 'node:fs';
import { Project } from './support.ts';

let project: Project;
afterEach(() => project.remove());

/** A host that lies (no real one would): it says where its file is and what its sum is. */
function lyingContext(path: string, sum: string): TaskContext {
  const stdout = `path=${path}\nsum=${sum}\n`;
  const answer: CallResult = { rc: 0, stdout, stderr: '', stdoutBytes: Buffer.from(stdout), timedOut: false };
  const noVault = { isVault: () => false, decrypt: (): never => expect.unreachable() };
  return {
    host: 'h1',
    check: false,
    diff: false,
    variable: () => project.folder,
    controller: controllerPort(noVault),
    call: async (_call: Call) => answer,
    shell: async () => ({ downloadTo: async (_path: string, local: string) => writeFileSync(local, 'evil') }),
  } as unknown as TaskContext;
}

const run = (path: string, sum: string, args: Record<string, unknown> = {}): ReturnType<typeof fetch.run> =>
  fetch.run(fetch.args.parse({ src: '/etc/x', dest: `${project.folder}/d/`, ...args }), lyingContext(path, sum));

it('a host that answers another path does not choose where its file goes', async () => {
  project = new Project({ 'd/keep': 'x' });
  const result = await run('../../../../canary', '');
  expect(result).toMatchObject({ changed: true, dest: join(project.folder, 'd/h1/etc/x') });
  expect(existsSync(join(project.folder, 'canary'))).toBe(false);
  expect(readdirSync(project.folder)).toEqual(['d']);
});

it('a file whose sum is another never gets its name, and leaves nothing', async () => {
  project = new Project({ 'd/x': 'good' });
  const wrong = '0'.repeat(40);
  expect(await run('/etc/x', wrong, { flat: true })).toMatchObject({ failed: true, msg: 'checksum mismatch' });
  expect(project.read('d/x')).toBe('good');
  expect(readdirSync(join(project.folder, 'd'))).toEqual(['x']);
  expect(await run('/etc/x', wrong, { flat: true, validate_checksum: false })).toMatchObject({ changed: true });
  expect(project.read('d/x')).toBe('evil');
});
