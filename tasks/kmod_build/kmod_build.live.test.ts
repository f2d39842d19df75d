import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ModuleResult } from '../../src/base/result.ts';
import { useScratch } from '../../test/support/scratch.ts';
import type { Session } from '../../src/host/contract.ts';
import { openSession } from '../../src/host/session/session.ts';
import { localTarget } from '../../test/support/shells.ts';
import { runVerb, type VerbRunOptions } from '../../test/support/verb-context.ts';
import { verb as kernelDevel } from '../kernel_devel/task.ts';
import { verb } from './task.ts';
import { runProgram } from '../../scripts/lib/programs.mjs';

const names = (): string[] => runProgram('apt-cache', ['pkgnames', 'linux-headers-']).split('\n');

/** The newest kernel of this distribution for which headers can be had: a real one, though it does not run here. */
function newestRelease(): string {
  const releases = names().map((name) => /^linux-headers-(6\.1\.0-\d+-amd64)$/.exec(name)?.[1]);
  return (
    releases
      .filter((one) => one !== undefined)
      .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
      .at(-1) ?? ''
  );
}

// compiles for real, so in one shell only
describe('kmod_build', () => {
  let session: Session;
  const shell = () => session.shell();
  const at = useScratch();
  let release = '';
  beforeAll(() => {
    session = openSession(localTarget());
    if (!names().some((name) => name.startsWith('linux-headers-6'))) runProgram('apt-get', ['update']);
    release = newestRelease();
  });
  afterAll(() => session.close());
  const before = process.env['XDG_CACHE_HOME'];
  beforeEach(() => {
    process.env['XDG_CACHE_HOME'] = at('cache');
  });
  afterEach(() => {
    if (before === undefined) delete process.env['XDG_CACHE_HOME'];
    else process.env['XDG_CACHE_HOME'] = before;
  });
  const run = async (args: Record<string, unknown>, options: VerbRunOptions = {}): Promise<ModuleResult> =>
    runVerb(verb, { release, ...args }, await shell(), {
      ...options,
      environment: { KMOD_HOME: at('home'), ...options.environment },
    });

  it('brings the headers, compiles, signs, checks and places the module, and builds nothing again', async () => {
    const headers = await runVerb(kernelDevel, { release }, await shell());
    expect(headers).toMatchObject({ release, tree: expect.stringContaining('/usr/src/') });
    const key = ['-keyout', at('key.pem'), '-out', at('cert.pem')];
    const request = ['req', '-new', '-x509', '-newkey', 'rsa:2048', '-nodes', '-subj', '/CN=toa test'];
    runProgram('openssl', [...request, ...key]);
    const signing = { sign_key: at('key.pem'), sign_cert: at('cert.pem') };
    expect(await run(signing)).toMatchObject({ failed: true, code: 'E_KMOD_SIGN' });
    const args = { ...signing, builder: 'localhost' };
    const first = await run(args);
    expect(first).toMatchObject({ changed: true, release, path: at(`home/modules/${release}/toa.ko`) });
    const ko = readFileSync(at(`home/modules/${release}/toa.ko`));
    expect(ko.toString('latin1')).toContain(`vermagic=${release} SMP`);
    expect(ko.subarray(-28).toString('latin1')).toBe('~Module signature appended~\n');
    expect(readFileSync(at('home/build', `${release}-${String(first['key'])}.log`), 'utf8')).toContain('LD [M]');
    expect(await run(args)).toMatchObject({ changed: false, sha256: first['sha256'] });
    // another host with the same kernel
    const other = await run(args, { environment: { KMOD_HOME: at('another') } });
    expect(other).toMatchObject({ changed: true, builder: 'cache of localhost', sha256: first['sha256'] });
  });

  it('explains a kernel without headers', async () => {
    const result = await run({ release: '6.1.0-0-none', headers: false });
    expect(result).toMatchObject({
      failed: true,
      code: 'E_KMOD_NO_TREE',
      log: expect.stringContaining('6.1.0-0-none'),
    });
  });

  it('explains a source that does not compile, and keeps the log', async () => {
    const kmod = new URL('../../kmod/toa', import.meta.url).pathname;
    runProgram('make', ['-s', '-C', kmod, 'install-source', `DEST=${at('src')}`]);
    writeFileSync(at('src/main.c'), '#include "toa.h"\nint broken(void) { return no_such_name; }\n');
    const result = await run({ source: at('src') });
    expect(result).toMatchObject({ failed: true, code: 'E_KMOD_BUILD', msg: expect.stringContaining('no_such_name') });
    expect(readFileSync(String(result['log']).replace(/^[^:]*:/, ''), 'utf8')).toContain('no_such_name');
  });
});
