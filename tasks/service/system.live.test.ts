import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ModuleResult } from '../../src/base/result.ts';
import { type Isolated, openIsolated } from '../../test/support/isolated.ts';
import { runVerb } from '../../test/support/verb-context.ts';
import { verb as alternatives } from '../alternatives/task.ts';
import { verb as aptRepository } from '../apt_repository/task.ts';
import { verb as copy } from '../copy/task.ts';
import { verb as deb822 } from '../deb822_repository/task.ts';
import { verb as debconf } from '../debconf/task.ts';
import { verb as dpkgSelections } from '../dpkg_selections/task.ts';
import { verb as hostname } from '../hostname/task.ts';
import { verb as packageFacts } from '../package_facts/task.ts';
import { verb as slurp } from '../slurp/task.ts';
import { verb as sysvinit } from '../sysvinit/task.ts';
import { verb as timezone } from '../timezone/task.ts';

/** The machine's own programs, on copies of what they write. */
let host: Isolated;
beforeAll(async () => {
  host = openIsolated(['/etc', '/var/lib/dpkg', '/var/cache/debconf']);
  await host.session.shell();
});
afterAll(() => host.close());

const run = async (which: { readonly name: string }, args: Record<string, unknown>): Promise<ModuleResult> =>
  runVerb(which as never, args, await host.session.shell());
const once = async (which: { readonly name: string }, args: Record<string, unknown>): Promise<ModuleResult> => {
  const first = await run(which, args);
  expect(first, JSON.stringify(first)).toMatchObject({ changed: true });
  const second = await run(which, args);
  expect(second, JSON.stringify(second)).toMatchObject({ changed: false });
  return first;
};
const text = async (path: string): Promise<string> =>
  Buffer.from(String((await run(slurp, { src: path }))['content']), 'base64').toString();

it('starts, stops and enables a System V script', async () => {
  const state = join(host.folder, 'running');
  const content = `#!/bin/sh
### BEGIN INIT INFO
# Provides: toa-test
# Required-Start: $remote_fs
# Required-Stop: $remote_fs
# Default-Start: 2 3 4 5
# Default-Stop: 0 1 6
### END INIT INFO
case $1 in
start) : >${state} ;;
stop) rm -f ${state} ;;
restart) $0 stop; $0 start ;;
status) [ -e ${state} ] || exit 3 ;;
esac
`;
  await once(copy, { content, dest: '/etc/init.d/toa-test', mode: '0755' });
  await once(sysvinit, { name: 'toa-test', state: 'started', enabled: true });
  await once(sysvinit, { name: 'toa-test', state: 'stopped' });
  expect(await run(sysvinit, { name: 'toa-test', state: 'restarted', sleep: 0 })).toMatchObject({ changed: true });
  await once(sysvinit, { name: 'toa-test', enabled: false });
  expect(await run(sysvinit, { name: 'toa-none', state: 'started' })).toMatchObject({
    failed: true,
    msg: 'Could not find the requested service toa-none: host',
  });
});

it('sets the name of the host, now and for the next boot', async () => {
  expect(await once(hostname, { name: 'node-7.example', use: 'debian' })).toMatchObject({
    ansible_facts: { ansible_hostname: 'node-7', ansible_nodename: 'node-7.example' },
  });
  expect(await text('/etc/hostname')).toBe('node-7.example\n');
  expect(await text('/proc/sys/kernel/hostname')).toBe('node-7.example\n');
});

it('sets the time zone', async () => {
  await once(timezone, { name: 'Asia/Shanghai' });
  expect(await text('/etc/timezone')).toBe('Asia/Shanghai\n');
  await once(timezone, { name: 'UTC', hwclock: 'local' });
  expect(await run(timezone, { name: 'Mars/Base' })).toMatchObject({
    failed: true,
    msg: 'given timezone "Mars/Base" is not available',
  });
});

it('chooses among alternatives', async () => {
  const args = { name: 'toa-alt', link: '/etc/toa-alt' };
  await once(alternatives, { ...args, path: '/bin/true', priority: 10 });
  await once(alternatives, { ...args, path: '/bin/false', priority: 20 });
  await once(alternatives, { name: 'toa-alt', path: '/bin/true' });
  await once(alternatives, { name: 'toa-alt', path: '/bin/true', state: 'auto' });
  await once(alternatives, { name: 'toa-alt', path: '/bin/false', state: 'absent' });
});

it('adds and removes a source of apt', async () => {
  const args = { repo: 'deb [arch=amd64] http://mirror.example/debian stable main', update_cache: false };
  await once(aptRepository, { ...args, filename: 'toa' });
  expect(await text('/etc/apt/sources.list.d/toa.list')).toBe(`${args.repo}\n`);
  await once(aptRepository, { ...args, state: 'absent' });
  expect(await run(slurp, { src: '/etc/apt/sources.list.d/toa.list' })).toMatchObject({ failed: true });
});

it('adds and removes a source in the newer format', async () => {
  const args = {
    name: 'Toa Test',
    uris: 'http://mirror.example/debian',
    suites: 'stable',
    components: ['main'],
    signed_by: '/etc/apt/keyrings/x.gpg',
  };
  expect(await once(deb822, args)).toMatchObject({ dest: '/etc/apt/sources.list.d/toa-test.sources', mode: '0644' });
  expect(await text('/etc/apt/sources.list.d/toa-test.sources')).toContain(
    'Signed-By: /etc/apt/keyrings/x.gpg\nSuites: stable\nTypes: deb\n',
  );
  await once(deb822, { name: 'Toa Test', state: 'absent' });
});

it('answers questions of packages, and holds one', async () => {
  const args = { name: 'tzdata', question: 'tzdata/Areas', vtype: 'select', value: 'Europe' };
  const first = await run(debconf, args);
  expect(first, JSON.stringify(first)).not.toHaveProperty('failed');
  expect(await run(debconf, args)).toMatchObject({ changed: false });
  await once(dpkgSelections, { name: 'bash', selection: 'hold' });
  await once(dpkgSelections, { name: 'bash', selection: 'install' });
});

it('knows the packages', async () => {
  const result = await run(packageFacts, {});
  expect(result.ansible_facts).toMatchObject({ packages: { bash: [{ name: 'bash', source: 'apt' }] } });
});
