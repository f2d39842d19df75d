import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import type { Shell } from '../../src/host/contract.ts';
import { type OwnHost, useOwnHost } from './own-host.ts';

/** A host of a test's own that has a FAKE of dpvs, dpip and ipvsadm (fake-dpvs.py says what it does). */
export interface FakeDpvsHost {
  readonly host: OwnHost;
  readonly environment: Readonly<Record<string, string>>;
  /** Path of the program that plays dpvs. */
  program(): string;
  /** Commands that the fakes were given since the last time, without those that only look. */
  commands(): string[];
  /** Sets what goes wrong: fail, refuse, deaf, active. '' for nothing. */
  set(name: string, text: string): void;
  /** Runs a line of shell on the host; what it said. */
  ask(line: string): Promise<string>;
}

const LOOKS = /^(?:dpip(?: -6)? \w+ show|ipvsadm (?:-ln|-G)|dpvs -v)/;

/**
 * @param name part of the cgroup's name
 * @param words its shell
 */
export function useFakeDpvs(name: string, words?: string): FakeDpvsHost {
  const host = useOwnHost(name, words);
  const environment: Record<string, string> = {};
  let folder = '';
  const ask = async (line: string): Promise<string> => {
    const shell: Shell = await host.shell();
    const answer = await shell.call({ scripts: [], fn: 'eval', args: [line], environment });
    return answer.stdout + answer.stderr;
  };
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'toa-fake-dpvs-'));
    mkdirSync(join(folder, 'bin'));
    const fake = join(folder, 'fake-dpvs.py');
    writeFileSync(fake, readFileSync(join(import.meta.dirname, 'fake-dpvs.py')));
    chmodSync(fake, 0o755);
    for (const program of ['dpvs', 'dpip', 'ipvsadm']) symlinkSync(fake, join(folder, 'bin', program));
    environment['FAKE_DPVS'] = folder;
    environment['PATH'] = [join(folder, 'bin'), process.env['PATH'] ?? ''].join(delimiter);
    // what DPVS writes elsewhere than in /etc is the host's own, too
    await ask(
      'mount -t tmpfs none /run && mount -t tmpfs none /var/log && mkdir -p /mnt/sys && mount -t sysfs none /mnt/sys',
    );
    // "/sys" shows the interfaces of the namespace that mounted it
    environment['dpvs_sys'] = '/mnt/sys';
  });
  afterAll(async () => {
    rmSync(folder, { recursive: true, force: true });
  });
  let seen = 0;
  return {
    host,
    environment,
    program: () => join(folder, 'bin/dpvs'),
    commands() {
      const all = readFileSync(join(folder, 'calls'), 'utf8').trim().split('\n');
      const fresh = all.slice(seen).filter((line) => !LOOKS.test(line));
      seen = all.length;
      return fresh;
    },
    set: (file, text) => writeFileSync(join(folder, file), text),
    ask,
  };
}
