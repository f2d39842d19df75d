import { chmodSync, existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { useScratch } from '../../test/support/scratch.ts';
import { forEachShell } from '../../test/support/shells.ts';
import { artifactKey } from '../shared/receiver/kmod.ts';
import { SCRIPTS } from './task.ts';
import { runProgram } from '../../scripts/lib/programs.mjs';

const RELEASE = '6.1.0-56-amd64';
const OPTIONS = ['CC=gcc-12', "EXTRA=it's fine"];
const PROC = `version 1.0.0
abi 3
kinds 254:8,254:20
allow 2
probe idle
clients 7
max_clients 1048576
hook tcp_v4_syn_recv_sock on missed 4
hook tcp_v6_conn_request absent -2
accepted_ack 41
not_allowed 5
`;

forEachShell('what kmod_boot leaves on the host', (shell) => {
  const at = useScratch();

  const program = (name: string, text: string): void => {
    mkdirSync(at('bin'), { recursive: true });
    writeFileSync(at('bin', name), `#!/bin/sh\n${text}\n`);
    chmodSync(at('bin', name), 0o755);
  };
  const written = async (
    fn: string,
    vars: Record<string, string> = {},
    args: readonly string[] = [],
  ): Promise<string> => {
    const all = { KMOD_HOME: at('home'), check: '', ...vars };
    const answer = await (await shell()).call({ scripts: SCRIPTS, fn, args: [...args], vars: all });
    expect(answer.rc).toBe(0);
    return answer.stdout;
  };
  const run = (path: string, ...args: string[]): string =>
    runProgram('sh', ['-c', '"$@" 2>&1', 'run', 'sh', path, ...args], {
      env: { ...process.env, PATH: `${at('bin')}:${process.env['PATH']}` },
    });

  /** The script that hooks call, with a make of our own and the source that it builds. */
  const rebuild = async (make: string): Promise<void> => {
    const text = await written('kmod_rebuild_script');
    writeFileSync(at('rebuild'), text.replaceAll('/lib/modules', at('lib')).replaceAll('/dev/kmsg', '/nonexistent'));
    mkdirSync(at('home/source'), { recursive: true });
    writeFileSync(at('home/source/Makefile'), '');
    writeFileSync(
      at('home/source/.made-from'),
      `${['h'.repeat(64), JSON.stringify(OPTIONS), ...OPTIONS].join('\n')}\n`,
    );
    program('make', make);
    program('gcc', '');
    program('strip', '');
  };
  const headers = (): void => {
    mkdirSync(at('lib', RELEASE, 'build'), { recursive: true });
    writeFileSync(at('lib', RELEASE, 'build/Makefile'), '');
  };

  it('folders that the hooks needed go with them, but not what somebody else has put there since', async () => {
    mkdirSync(at('home'));
    mkdirSync(at('host/etc'), { recursive: true });
    const [ofKernels, ofHeaders] = ['postinst.d', 'header_postinst.d'].map((name) => at('host/etc/kernel', name));
    await written('eval', {}, [`kmod_rebuild_folder ${ofKernels} && kmod_rebuild_folder ${ofHeaders}`]);
    expect(readFileSync(at('home/folders'), 'utf8')).toBe(`${at('host/etc/kernel')}\n${ofKernels}\n${ofHeaders}\n`);
    writeFileSync(join(ofKernels, 'theirs'), '');
    await written('kmod_rebuild_absent');
    expect([existsSync(ofHeaders), existsSync(join(ofKernels, 'theirs'))]).toEqual([false, true]);
    await written('eval', {}, [
      `rm ${ofKernels}/theirs && rmdir ${ofKernels} && printf '%s\\n' ${at('host/etc/kernel')} >${at('home/folders')}`,
    ]);
    await written('kmod_rebuild_absent');
    expect(readdirSync(at('host/etc'))).toEqual([]);
  });

  it('builds for a kernel whose headers come, under the name that kmod_build gives', async () => {
    await rebuild(`printf '%s\\n' "$@" >${at('words')}; echo built >"$2/toa.ko"`);
    headers();
    expect(run(at('rebuild'), RELEASE)).toContain(`module for ${RELEASE} built`);
    const arch = runProgram('uname', ['-m']).trim();
    const key = readFileSync(at('home/modules', RELEASE, 'key'), 'utf8').trim();
    expect(key).toBe(artifactKey('h'.repeat(64), RELEASE, arch, OPTIONS, ''));
    expect(readFileSync(at('words'), 'utf8').split('\n').slice(2, 5)).toEqual([`KERNEL=${RELEASE}`, ...OPTIONS]);
    expect(readdirSync(at('home')).filter((name) => name.startsWith('.rebuild'))).toEqual([]);
    // a second hook of the same installation finds it there
    expect(run(at('rebuild'), RELEASE)).toBe('');
  });

  it('never stops the installation of a kernel, and says what to do', async () => {
    await rebuild('echo no such thing; exit 2');
    expect(run(at('rebuild'), RELEASE)).toContain('its headers or a compiler are missing');
    headers();
    expect(run(at('rebuild'), RELEASE)).toContain(`was not built: see ${at('home/build')}/${RELEASE}-hook.log`);
    expect(readFileSync(at('home/build', `${RELEASE}-hook.log`), 'utf8')).toContain('no such thing');
    expect(existsSync(at('home/modules'))).toBe(false);
  });

  it('writes the counters as Prometheus reads them', async () => {
    writeFileSync(at('proc'), PROC);
    const text = await written('toa_metrics_module', { metrics: at('toa.prom') });
    writeFileSync(
      at('metrics'),
      text
        .replaceAll('/proc/net/toa_kinds', at('proc'))
        .replaceAll('/proc/net/toa', at('proc'))
        .replaceAll('/etc/toa/kinds', at('kinds')),
    );
    writeFileSync(at('kinds'), 'huawei"} 1\n');
    // a link under the name that it is written to first, in a folder that may be another user's
    writeFileSync(at('victim'), 'mine');
    run('-c', 'ln -s "$1" "$2.$$"; exec sh "$3"', 'sh', at('victim'), at('toa.prom'), at('metrics'));
    expect(readFileSync(at('victim'), 'utf8')).toBe('mine');
    const lines = readFileSync(at('toa.prom'), 'utf8').trim().split('\n');
    const samples = lines.filter((line) => !line.startsWith('#'));
    expect(samples).toEqual([
      'toa_receiver_up{receiver="module",build="1.0.0",vendor="huawei1"} 1',
      'toa_module_kept_out 0',
      'toa_young_deaths 0',
      'toa_clients{receiver="module"} 7',
      'toa_max_clients{receiver="module"} 1048576',
      'toa_missed_total{receiver="module",hook="tcp_v4_syn_recv_sock"} 4',
      'toa_accepted_ack_total{receiver="module"} 41',
      'toa_not_allowed_total{receiver="module"} 5',
    ]);
    for (const sample of samples)
      expect(lines).toContainEqual(expect.stringMatching(`^# TYPE ${sample.split(/[{ ]/)[0]} `));
    writeFileSync(at('metrics'), text.replaceAll('/proc/net/toa', at('gone')));
    run(at('metrics'));
    expect(readFileSync(at('toa.prom'), 'utf8')).toMatch(
      /^toa_receiver_up\{receiver="module",build="",vendor="\w+"\} 0$/m,
    );
  });
});
