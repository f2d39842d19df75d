import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { ModuleResult } from '../../../src/base/result.ts';
import { type Isolated, openIsolated } from '../../../test/support/isolated.ts';
import { runVerb } from '../../../test/support/verb-context.ts';
import { verb as copy } from '../../copy/task.ts';
import { verb as lineinfile } from '../../lineinfile/task.ts';

// SELinux cannot be had here. Its sign (/sys/fs/selinux/enforce) and its programs are fakes that note how they are called.
let isolated: Isolated;
let calls: string;

beforeAll(() => {
  isolated = openIsolated(
    [],
    [
      'mount -t tmpfs tmpfs /sys/fs',
      'mkdir /sys/fs/selinux',
      ': >/sys/fs/selinux/enforce',
      'export PATH="$0/fake:$PATH"',
      'mkdir "$0/fake"',
      'cp "$0/note" "$0/fake/restorecon"',
      'cp "$0/note" "$0/fake/chcon"',
    ],
  );
  calls = join(isolated.folder, 'calls');
  const note = join(isolated.folder, 'note');
  writeFileSync(note, `#!/bin/sh\necho "\${0##*/} $*" >>${calls}\n`);
  chmodSync(note, 0o755);
});
beforeEach(() => writeFileSync(calls, ''));
afterAll(() => isolated.close());

const at = (name: string): string => join(isolated.folder, name);
const put = async (args: Record<string, unknown>): Promise<ModuleResult> =>
  runVerb(copy, args, await isolated.session.shell());

it('a new file gets the context of its place', async () => {
  await put({ dest: at('new'), content: 'a' });
  expect(readFileSync(calls, 'utf8')).toBe(`restorecon -F ${at('new')}\n`);
});

it('a file that is written anew keeps the context that it has', async () => {
  writeFileSync(at('old'), 'a\n');
  await put({ dest: at('old'), content: 'b\n' });
  await runVerb(lineinfile, { path: at('old'), line: 'c' }, await isolated.session.shell());
  const like = `chcon --reference=${at('old')} -- ${isolated.folder}/.toa-old`;
  const lines = readFileSync(calls, 'utf8').trim().split('\n');
  expect(lines).toEqual([expect.stringContaining(like), expect.stringContaining(like)]);
});

it('a type that is asked for is set', async () => {
  await put({ dest: at('typed'), content: 'a', setype: 'httpd_sys_content_t', seuser: 'system_u' });
  expect(readFileSync(calls, 'utf8')).toContain(`chcon -h -u system_u -t httpd_sys_content_t -- ${at('typed')}\n`);
});
