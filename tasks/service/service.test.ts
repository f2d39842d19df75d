import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { beforeEach, expect, it } from 'vitest';
import type { ModuleResult } from '../../src/base/result.ts';
import { useScratch } from '../../test/support/scratch.ts';
import { forEachShell } from '../../test/support/shells.ts';
import { runVerb, type VerbRunOptions } from '../../test/support/verb-context.ts';
import { verb as systemd } from '../systemd/task.ts';
import { verb } from './task.ts';

/**
 * A stand-in with a state in files, for what systemctl answers; the real one is in the live tests. `show` prints what
 * systemd 252 prints for units that are, and are not, there.
 */
const SYSTEMCTL = `#!/bin/sh
echo "$*" >>"$UNITS/calls"
while [ "\${1#--}" != "$1" ]; do shift; done
unit=$2
case $1 in
daemon-reload) ;;
show)
	if [ -e "$UNITS/$unit" ]; then echo "LoadState=loaded"; echo "ActiveState=$(cat "$UNITS/$unit")"
	else echo "LoadState=not-found"; echo "ActiveState=inactive"; fi ;;
is-enabled) if [ -e "$UNITS/$unit.masked" ]; then echo masked; exit 1; elif [ -e "$UNITS/$unit.on" ]; then echo enabled; else echo disabled; exit 1; fi ;;
enable) : >"$UNITS/$unit.on" ;;
disable) rm -f "$UNITS/$unit.on" ;;
mask) : >"$UNITS/$unit.masked" ;;
unmask) rm -f "$UNITS/$unit.masked" ;;
start | restart | reload) [ "$unit" != broken ] || { echo "Job for broken failed." >&2; exit 1; }; echo active >"$UNITS/$unit" ;;
stop) echo inactive >"$UNITS/$unit" ;;
esac
`;

forEachShell('service and systemd', (shell) => {
  const at = useScratch();
  const run = async (
    which: { readonly name: string },
    args: Record<string, unknown>,
    options: VerbRunOptions = {},
  ): Promise<ModuleResult> => {
    const environment = { PATH: `${at('bin')}:${process.env['PATH']}`, UNITS: at('units') };
    return runVerb(which as never, args, await shell(), { environment, ...options });
  };
  const calls = (): string[] =>
    readFileSync(at('units/calls'), 'utf8')
      .split('\n')
      .filter((line) => line !== '' && !/show|is-/.test(line));

  beforeEach(() => {
    mkdirSync(at('bin'));
    mkdirSync(at('units'));
    writeFileSync(at('bin/systemctl'), SYSTEMCTL);
    chmodSync(at('bin/systemctl'), 0o755);
    writeFileSync(at('units/web'), 'inactive\n');
    writeFileSync(at('units/broken'), 'inactive\n');
  });

  it('starts and enables once', async () => {
    const args = { name: 'web', state: 'started', enabled: true, use: 'systemd' };
    expect(await run(verb, args)).toMatchObject({ changed: true, name: 'web', state: 'started', enabled: true });
    expect(await run(verb, args)).toMatchObject({
      changed: false,
      status: { ActiveState: 'active', LoadState: 'loaded' },
    });
    expect(calls()).toEqual(['enable web', 'start web']);
  });

  it('only says so under check', async () => {
    const args = { name: 'web', state: 'started', enabled: true };
    expect(await run(systemd, args, { check: true })).toMatchObject({ changed: true });
    expect(existsSync(at('units/web.on'))).toBe(false);
    expect(calls()).toEqual([]);
  });

  it('restarts always, reloads what runs, stops once', async () => {
    expect(await run(systemd, { name: 'web', state: 'reloaded', daemon_reload: true })).toMatchObject({
      changed: true,
      state: 'started',
    });
    expect(await run(systemd, { name: 'web', state: 'reloaded' })).toMatchObject({ changed: true });
    expect(await run(systemd, { name: 'web', state: 'restarted' })).toMatchObject({ changed: true });
    expect(await run(systemd, { name: 'web', state: 'stopped' })).toMatchObject({ changed: true });
    expect(await run(systemd, { name: 'web', state: 'stopped' })).toMatchObject({ changed: false });
    expect(calls()).toEqual(['daemon-reload', 'start web', 'reload web', 'restart web', 'stop web']);
  });

  it('masks once', async () => {
    expect(await run(systemd, { name: 'web', masked: true })).toMatchObject({ changed: true });
    expect(await run(systemd, { name: 'web', masked: true })).toMatchObject({ changed: false });
  });

  it('says what is missing or fails', async () => {
    expect((await run(systemd, { name: 'none', state: 'started' })).msg).toBe(
      'Could not find the requested service none: host',
    );
    const failed = await run(systemd, { name: 'broken', state: 'started' });
    expect(failed.failed).toBe(true);
    expect(failed.msg).toContain('Unable to start service broken: Job for broken failed.');
    expect((await run(verb, { name: 'web' })).msg).toBe('one of the following is required: state, enabled');
    expect((await run(systemd, { name: 'a*', state: 'started' })).msg).toContain('glob patterns');
  });
});
