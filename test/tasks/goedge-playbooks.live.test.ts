import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tryProgram } from '../../scripts/lib/programs.mjs';
import { useOwnHost } from '../support/own-host.ts';

const root = resolve(import.meta.dirname, '../..');
const ARGS = (v4: number, v6: number): string =>
  `2023/07/24 15:06:46 [TOA]args: run -option-type-v4=${v4} -option-type-v6=${v6} -min-queue-id=1 -max-queue-id=12 -auto-setup`;

/**
 * GoEdge's playbooks by the command line, on a host of its own: packages, receiver and its proof are real. GoEdge's program
 * cannot be had: its node is a folder with guide 001's log, its sender a FAKE, a process of that name that sleeps. The test
 * machine's kernel has no nft_queue: `nft` is a FAKE that lists a rule.
 */
describe("GoEdge's playbooks", () => {
  const host = useOwnHost('goedge');
  let folder = '';
  const ask = async (line: string): Promise<string> => {
    const answer = await (await host.shell()).call({ scripts: [], fn: 'eval', args: [line] });
    return answer.stdout + answer.stderr;
  };
  const log = (text: string): Promise<string> => ask(`echo '${text}' >>/mnt/edge-node/logs/run.log`);

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'toa-goedge-'));
    await ask(
      `mkdir /mnt/fake-bin && printf '#!/bin/sh\\ncat /mnt/rules 2>/dev/null\\n' >/mnt/fake-bin/nft && chmod +x /mnt/fake-bin/nft`,
    );
    const shell = await host.entrance({ PATH: `/mnt/fake-bin:${process.env['PATH'] ?? ''}` });
    const one = `ansible_connection=local ansible_shell_executable=${shell}\n`;
    writeFileSync(join(folder, 'hosts'), `[toa_directors]\nedge ${one}[toa_servers]\norigin ${one}`);
  });
  afterAll(async () => {
    await ask('[ ! -s /mnt/fake.pid ] || kill "$(cat /mnt/fake.pid)"');
    rmSync(folder, { recursive: true, force: true });
  });

  const play = (name: string, vars: Record<string, unknown> = {}): string => {
    const words = [join(root, 'playbooks', name), '-i', join(folder, 'hosts'), '-e', JSON.stringify(vars)];
    const done = tryProgram(process.execPath, [join(root, 'bin/toa-play.js'), ...words]);
    return done.stdout + done.stderr;
  };
  const edge = (kinds = '254/254'): string =>
    play('goedge-edge.yml', { toa_goedge_folder: '/mnt/edge-node', toa_goedge_kinds: kinds });
  const counts = (output: string): (string | undefined)[] =>
    /(?:edge|origin) +: ok=\d+ +changed=(\d+) .*failed=(\d+)/.exec(output)?.slice(1, 3) ?? [];

  it('an edge node: what is missing is named, one after the other, and then all is well', async () => {
    expect(edge()).toContain('there is no GoEdge node in this folder');
    await ask('mkdir -p /mnt/edge-node/logs && cp "$(command -v sleep)" /mnt/cloud-toa');
    expect(edge()).toContain('the sender was never started');
    await log(ARGS(254, 254));
    const idle = edge();
    expect(idle).toContain('its process is gone; no nft rule sends packets to its queues 1-12');
    expect(idle).toContain('E_GOEDGE_SENDER');
    await ask(`/mnt/cloud-toa 1000 </dev/null >/dev/null 2>&1 & echo $! >/mnt/fake.pid
      echo 'tcp dport 80 queue flags bypass to 1-12' >/mnt/rules`);
    const good = edge();
    expect(counts(good), good).toEqual(['0', '0']);
  });

  it('kinds that the origins do not read are an error', async () => {
    const other = edge('200/253');
    expect(other).toContain('the option type of IPv4 is 254, not 200; the option type of IPv6 is 254, not 253');
    await log(ARGS(200, 253));
    expect(counts(edge('200/253'))).toEqual(['0', '0']);
  });

  it.each(['254/254', '200/253'])(
    'an origin reads the kinds %s, proved with packets; once; and is as before afterwards',
    async (kinds) => {
      const vars = { toa_goedge_kinds: kinds, toa_balancers: ['10.0.0.0/8'] };
      const first = play('goedge-origin.yml', vars);
      expect(counts(first), first).toEqual(['1', '0']);
      const status = await ask(
        'for f in /var/lib/toa/bin/toa-bpf /opt/toa/bin/toa-bpf; do [ ! -x $f ] || $f status; done',
      );
      expect(status).toContain(kinds === '200/253' ? '200:8,253:20' : '254:8,254:20');
      expect(counts(play('goedge-origin.yml', vars))).toEqual(['0', '0']);
      expect(counts(play('goedge-origin.yml', { ...vars, toa_state: 'absent' }))?.[1]).toBe('0');
      expect(await ask('ls /etc/toa 2>/dev/null')).toBe('');
    },
  );
});
