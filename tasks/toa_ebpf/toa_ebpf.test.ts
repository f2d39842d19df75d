import { describe, expect, it } from 'vitest';
import { program } from '../shared/receiver/programs.ts';
import { recordedShell } from '../../test/support/recorded-shell.ts';
import { sharedScratch } from '../../test/support/scratch.ts';
import { verbContext } from '../../test/support/verb-context.ts';
import { withPrograms } from '../../test/support/with-programs.ts';
import { verb } from './task.ts';

const OLD = JSON.stringify({
  ok: false,
  missing: [
    { code: 'kernel_too_old', message: 'kernel 4.18.0 is older than 5.10', remedy: 'upgrade the kernel' },
    { code: 'no_cgroup2', message: 'no cgroup v2', remedy: 'mount it' },
  ],
});
const ATTACHED = JSON.stringify({
  ok: true,
  changed: true,
  action: 'attached',
  kinds: '254:8',
  allow: 1,
  warnings: [],
});

describe('toa_ebpf with recorded answers', () => {
  const run = (given: object, answers: readonly { stdout: string; rc?: number; stderr?: string }[]) => {
    const shell = recordedShell(answers);
    return { shell, result: verb.run(verb.args.parse({ balancers: ['any'], ...given }), withPrograms(shell)) };
  };

  it('says all that is missing, with the first remedy', async () => {
    const { result } = run({}, [{ stdout: `program=/x\ncheck=${OLD}\n` }]);
    expect(await result).toMatchObject({
      failed: true,
      code: 'E_TOA_EBPF_KERNEL_TOO_OLD',
      msg: 'kernel 4.18.0 is older than 5.10; no cgroup v2',
      remedy: 'upgrade the kernel',
    });
  });

  it('sends the program once, when the host does not have it', async () => {
    const { shell, result } = run({ balancers: ['10.0.0.0/8'] }, [
      { stdout: 'need=1\n' },
      { stdout: `changed=1\nprogram=/var/lib/toa/bin/toa-bpf\ncheck={"ok":true}\nattach=${ATTACHED}\ninit=systemd\n` },
    ]);
    expect(await result).toMatchObject({ changed: true, msg: 'receiver attached' });
    expect(shell.uploads).toHaveLength(1);
    expect(shell.calls[1].vars).toMatchObject({ uploaded: '/recorded/upload', allow: '10.0.0.0/8' });
    expect((await result).warnings).toBeUndefined();
  });

  it('warns when anybody may name a client, and when nothing attaches it at boot', async () => {
    const unchanged = JSON.stringify({
      ok: true,
      changed: false,
      action: 'unchanged',
      warnings: [{ code: 'no_allow_list', message: 'x' }],
    });
    const { result } = run({}, [{ stdout: `check={"ok":true}\nattach=${unchanged}\ninit=none\n` }]);
    const { warnings, changed } = await result;
    expect(changed).toBe(false);
    expect(warnings).toHaveLength(2);
    expect(warnings?.[0]).toContain('toa_balancers: any');
  });

  it.each([
    [{ balancers: [] }, 'E_TOA_BALANCERS'],
    [{ balancers: ['10.0.0.0/8\n0.0.0.0/0'] }, 'E_TOA_NETWORK'],
    [{ balancers: ['10.0.0.0/33'] }, 'E_TOA_NETWORK'],
    [{ vendor: ['huawei,lvs'] }, 'E_TOA_VENDOR'],
    [{ vendor: [] }, 'E_TOA_VENDOR'],
  ])('%j is refused before the host is asked anything', async (given, code) => {
    const { shell, result } = run(given, []);
    expect(await result).toMatchObject({ failed: true, code });
    expect(shell.calls).toHaveLength(0);
  });

  it('counters go to the folder of node_exporter, and one that is not there is named', async () => {
    const good = run({ metrics_dir: '/var/lib/node_exporter/', deferred: true }, [
      {
        stdout: `changed=1\ncheck={"ok":true}\nattach=${ATTACHED}\nmetrics={"ok":true,"written":true}\ninit=systemd\n`,
      },
    ]);
    expect(await good.result).toMatchObject({ changed: true, msg: 'receiver attached' });
    expect(good.shell.calls[0].vars).toMatchObject({ metrics: '/var/lib/node_exporter/toa.prom', deferred: '1' });
    const error = JSON.stringify({ ok: false, error: 'write_failed', message: 'cannot write /x', remedy: 'Make it' });
    const bad = run({ metrics_dir: '/x' }, [
      { stdout: `check={"ok":true}\nattach=${ATTACHED}\nmetrics=${error}\ninit=systemd\n` },
    ]);
    expect(await bad.result).toMatchObject({ failed: true, code: 'E_TOA_EBPF_WRITE_FAILED', remedy: 'Make it' });
    for (const path of ['relative', '/a b', '/a;b']) expect(() => verb.args.parse({ metrics_dir: path })).toThrow();
  });

  it('a full disk is named', async () => {
    const { result } = run({}, [{ stdout: '', rc: 1, stderr: 'sh: write error: No space left on device\n' }]);
    expect(await result).toMatchObject({ failed: true, code: 'E_DISK_FULL' });
  });
});

const empty = sharedScratch();

it('a missing program is an error with a remedy, not a crash', async () => {
  const context = verbContext(recordedShell([]), { files: empty });
  await expect(program('toa-bpf', 'sparc64', context)).rejects.toMatchObject({ code: 'E_TOA_PROGRAM' });
});
