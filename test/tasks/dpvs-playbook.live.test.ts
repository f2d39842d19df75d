import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runProgram, tryProgram } from '../../scripts/lib/programs.mjs';
import { useFakeDpvs } from '../support/fake-dpvs.ts';

const root = resolve(import.meta.dirname, '../..');

/**
 * dpvs-fullnat.yml by the command line on a host of its own: archive, patches in order, build, links, start, services, all
 * of it real but DPVS: what is "built" are the FAKES.
 */
describe('dpvs-fullnat.yml', () => {
  const { host, environment, program, commands, ask } = useFakeDpvs('dpvsplay');
  let folder = '';
  const put = (path: string, text: string | Uint8Array, mode = 0o644): void => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
    chmodSync(join(folder, path), mode);
  };
  const patch = (from: string, to: string): string => `--- a/version\n+++ b/version\n@@ -1 +1 @@\n-${from}\n+${to}\n`;

  /** Sources in an archive, as a release of DPVS would be: a patch that needs the one before it, a script that builds. */
  function archive(): string {
    put('src/fake-dpvs-1/version', 'one\n');
    put('src/fake-dpvs-1/patch/0001-two.patch', patch('one', 'two'));
    put('src/fake-dpvs-1/patch/0002-three.patch', patch('two', 'three'));
    put('src/fake-dpvs-1/fake-dpvs.py', readFileSync(program()));
    put(
      'src/fake-dpvs-1/build.sh',
      'grep -qx three version && mkdir bin && for p in dpvs dpip ipvsadm; do cp fake-dpvs.py bin/$p; chmod 0755 bin/$p; done\n',
    );
    runProgram('tar', ['-C', join(folder, 'src'), '-czf', join(folder, 'fake-dpvs-1.tar.gz'), 'fake-dpvs-1']);
    return createHash('sha256')
      .update(readFileSync(join(folder, 'fake-dpvs-1.tar.gz')))
      .digest('hex');
  }

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'toa-dpvs-play-'));
    const sum = archive();
    await ask(`for f in usr/sbin usr/src; do
      mkdir -p /mnt/$f.upper /mnt/$f.work; mount -t overlay -o lowerdir=/$f,upperdir=/mnt/$f.upper,workdir=/mnt/$f.work overlay /$f
    done; ip link set lo up; ip link add l0 type veth peer name c0; ip link add l1 type veth peer name s0
    cd ${folder} && python3 -m http.server -b 127.0.0.1 8000 >/dev/null 2>&1 & echo $! >/mnt/http.pid`);
    // the fakes are in /sbin by the playbook alone
    const { FAKE_DPVS, dpvs_sys } = environment;
    const shell = await host.entrance({ FAKE_DPVS, dpvs_sys });
    const one = `ansible_connection=local ansible_shell_executable=${shell}\n`;
    put('hosts', `[toa_directors]\nhost ${one}[toa_servers]\nserver ${one}`);
    const at = { folder: 'fake-dpvs-1' };
    const vars = {
      toa_dpvs_version: '1.9.4',
      toa_dpvs_layout: 'vdev',
      toa_dpvs_interfaces: ['l0', 'l1'],
      toa_dpvs_sources: [{ ...at, url: 'http://127.0.0.1:8000/fake-dpvs-1.tar.gz', sha256: sum }],
      toa_dpvs_patches: ['0001-two', '0002-three'].map((name) => ({ ...at, patch: `fake-dpvs-1/patch/${name}.patch` })),
      toa_dpvs_build: [{ ...at, command: 'sh build.sh', creates: '/usr/src/toa-dpvs/fake-dpvs-1/bin/ipvsadm' }],
      toa_dpvs_bin: '/usr/src/toa-dpvs/fake-dpvs-1/bin',
      toa_routes: [{ to: '10.0.96.0/24', device: 'l0' }],
      toa_services: [
        {
          vip: '10.0.96.204',
          port: 80,
          device: 'l0',
          servers: [{ address: '192.168.229.1' }],
          local: ['192.168.229.204'],
          local_device: 'l1',
        },
      ],
    };
    put('vars.json', JSON.stringify(vars));
  });
  afterAll(async () => {
    await ask('for p in /mnt/http.pid /var/run/dpvs.pid; do [ ! -s $p ] || kill "$(cat $p)"; done');
    rmSync(folder, { recursive: true, force: true });
  });

  const play = (...more: string[]): string => {
    const words = [join(root, 'playbooks/dpvs-fullnat.yml'), '-i', join(folder, 'hosts')];
    const given = ['-e', `@${join(folder, 'vars.json')}`, ...more];
    const done = tryProgram(process.execPath, [join(root, 'bin/toa-play.js'), ...words, ...given]);
    return done.stdout + done.stderr;
  };
  const SERVER = /server +: ok=\d+ +changed=(\d+) .*failed=(\d+)/;
  const LAST = /host +: ok=\d+ +changed=(\d+) .*failed=(\d+)/;

  it('comes to a DPVS with its services, and does nothing the second time', async () => {
    const first = play();
    expect(LAST.exec(first)?.[2], first).toBe('0');
    // the receiver on it is the real one, proved with packets as DPVS makes them
    expect(SERVER.exec(first)?.slice(1, 3), first).toEqual(['1', '0']);
    expect(commands()).toContain('ipvsadm --add-laddr -z 192.168.229.204 -t 10.0.96.204:80 -F dpdk1');
    expect(await ask('cat /usr/src/toa-dpvs/fake-dpvs-1/version; readlink /usr/sbin/dpvs')).toBe(
      'three\n/usr/src/toa-dpvs/fake-dpvs-1/bin/dpvs\n',
    );
    const second = play();
    for (const last of [LAST, SERVER]) expect(last.exec(second)?.slice(1, 3), second).toEqual(['0', '0']);
    expect(commands()).toEqual([]);
  });

  it('is removed without a trace, its sources stay', async () => {
    const gone = play('-e', 'toa_state=absent');
    expect(LAST.exec(gone)?.[2], gone).toBe('0');
    expect(
      await ask('ls /etc/toa /etc/dpvs.conf /var/run/dpvs.pid /usr/sbin/dpvs 2>/dev/null; ls /usr/src/toa-dpvs'),
    ).toBe('fake-dpvs-1\nfake-dpvs-1.tar.gz\n');
  });

  it('what the host cannot do is said before anything is changed', async () => {
    const wrong = play(
      '-e',
      '{"toa_dpvs_conf": {"netif_defs": {"pktpool_sise": 65535}}, "toa_dpvs_interfaces": ["l0", "l1"]}',
    );
    expect(wrong).toContain('netif_defs > pktpool_sise is no key of dpvs.conf');
    expect(wrong).toContain('E_DPVS_CONF');
    expect(await ask('ls /etc/toa 2>/dev/null')).toBe('');
  });
});
