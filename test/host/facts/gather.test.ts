import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, release, tmpdir, totalmem, version } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { chooseCollectors, gatherCall, readFacts } from '../../../src/host/facts/gather.ts';
import { runProgram } from '../../../scripts/lib/programs.mjs';

const SHELLS = (process.env['TOA_TEST_SHELLS'] ?? 'sh').split(/\s+(?=dash|bash|busybox|sh)/);

const TRICKY = 'a\'b "c" $d `e` \\f\\\\ =g';

function gather(shell: string, env: Readonly<Record<string, string>> = {}): Record<string, any> {
  const collectors = chooseCollectors(['all']);
  const call = gatherCall(collectors);
  const [program, ...applet] = shell === 'busybox' ? ['busybox', 'sh'] : [shell];
  const script = `LC_ALL=C; export LC_ALL; release_files='${call.vars?.['release_files']}'; . ${call.scripts[0]}; facts_gather "$@"`;
  const raw = runProgram(program, [...applet, '-c', script, 'sh', ...(call.args ?? [])], {
    env: { ...process.env, TRICKY, ...env },
  });
  return readFacts(raw, collectors);
}

describe.each(SHELLS)('facts of this machine under %s', (shell) => {
  const facts = gather(shell);

  it('agree with what Node knows', () => {
    expect(facts['kernel']).toBe(release());
    expect(facts['nodename']).toBe(hostname());
    expect(Math.abs(facts['memtotal_mb'] - totalmem() / 1048576)).toBeLessThan(2);
    expect(facts['user_uid']).toBe(process.getuid?.());
    expect(facts['machine']).toBe(runProgram('uname', ['-m']).trim());
    expect(facts['kernel_version']).toBe(version());
    expect(facts['env']['PATH']).toBe(process.env['PATH']);
  });

  it('have the environment as it is', () => {
    expect(facts['env']['TRICKY']).toBe(TRICKY);
  });

  it('have what playbooks ask for', () => {
    for (const name of [
      'distribution',
      'os_family',
      'pkg_mgr',
      'service_mgr',
      'architecture',
      'date_time',
      'default_ipv4',
      'mounts',
      'virtualization_type',
    ]) {
      expect(facts[name], name).toBeDefined();
    }
    expect(facts['lo']['ipv4']['address']).toBe('127.0.0.1');
    expect(Number(facts['date_time']['epoch'])).toBeGreaterThan(1_600_000_000);
  });
});

it('gathers the same where awk knows no strftime', () => {
  const folder = mkdtempSync(join(tmpdir(), 'toa-play-awk-'));
  try {
    // as mawk 1.3.3 does
    const awk = '#!/bin/sh\necho /etc/os-release:half\ncase $* in *strftime*) exit 2 ;; esac\n';
    writeFileSync(join(folder, 'awk'), awk, { mode: 0o755 });
    const [usual, without] = [gather('sh'), gather('sh', { PATH: `${folder}:${process.env['PATH']}` })];
    for (const name of ['distribution_version', 'processor', 'devices', 'machine_id', 'bios_version', 'cmdline', 'lo'])
      expect(without[name], name).toEqual(usual[name]);
    const mounted = (facts: Record<string, any>): string[] => facts['mounts'].map(({ mount }: any) => mount);
    expect(mounted(without)).toEqual(mounted(usual));
    expect(without['date_time']).toMatchObject({ weekday: usual['date_time'].weekday, tz: usual['date_time'].tz });
  } finally {
    rmSync(folder, { recursive: true });
  }
});

describe('chooseCollectors', () => {
  it('follows gather_subset', () => {
    expect(chooseCollectors(['!all', '!min', 'distribution'])).toEqual(['distribution']);
    expect(chooseCollectors(['!all'])).toContain('platform');
    expect(chooseCollectors(['!all'])).not.toContain('hardware');
    expect(chooseCollectors(['!hardware'])).toContain('network');
    expect(chooseCollectors(['!hardware'])).not.toContain('hardware');
    expect(chooseCollectors(['network'])).toContain('network');
    expect(chooseCollectors(['network'])).not.toContain('hardware');
    expect(() => chooseCollectors(['nonsense'])).toThrow("Bad subset 'nonsense'");
  });
});
