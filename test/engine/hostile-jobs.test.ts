import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sealed } from '../../src/engine/task/job-seal.ts';
import { play, Project } from './support.ts';

/** A job file as toa_detached_run leaves it. */
function jobFile(about: string, out: string, err = ''): string {
  const sizes = [about, out, err].map((text) => Buffer.byteLength(text)).join(' ');
  return `toa-async 1 0 0 1700000000 1700000001 ${sizes}\n${about}${out}${err}`;
}

const SITE = `
- hosts: all
  gather_facts: false
  environment: {ANSIBLE_ASYNC_DIR: "{{ out }}/jobs"}
  tasks:
    - name: status
      async_status: {jid: j1.2}
    - name: later
      debug: {msg: "{{ groups | list }} {{ ansible_ssh_common_args | default('none') }} {{ myvar | default('none') }}"}
`;

let project: Project | undefined;
let state: string;
const before = process.env['XDG_STATE_HOME'];

beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), 'toa-state-'));
  process.env['XDG_STATE_HOME'] = state;
});
afterEach(() => {
  if (before === undefined) delete process.env['XDG_STATE_HOME'];
  else process.env['XDG_STATE_HOME'] = before;
  rmSync(state, { recursive: true, force: true });
  project?.remove();
});

async function status(file: string): Promise<Record<string, unknown>> {
  project = new Project({ 'site.yml': SITE, 'jobs/j1.2': file });
  const ran = await play(project);
  expect(ran.results('later')[0].result.msg).toBe("['all', 'ungrouped'] none none");
  return ran.results('status')[0].result;
}

describe('a job that this controller did not write', () => {
  it.each(['fetch', 'script', 'copy', 'command', 'no-such-verb'])('runs nothing of %s', async (verb) => {
    const canary = join(state, 'canary');
    const args = { src: '/etc/hostname', dest: canary, flat: true, _raw_params: canary, cmd: canary };
    const forged = JSON.stringify({ id: 'j1.2', host: 'h1', verb, args });
    for (const about of [forged, `${'0'.repeat(64)} ${forged}`, ` ${forged}`, '']) {
      const result = await status(jobFile(about, `path=${canary}\nsum=1\n`));
      expect(result).toMatchObject({ rc: 0, failed: false, stdout: `path=${canary}\nsum=1\n`, finished: 1 });
      expect(existsSync(canary)).toBe(false);
      project?.remove();
    }
  });

  it('is not taken for a job of another id or host either', async () => {
    const job = { id: 'j1.2', host: 'h1', verb: 'stat', args: { path: '/', follow: false } };
    for (const other of [{ id: 'j9.9' }, { host: 'h2' }]) {
      const result = await status(jobFile(sealed({ ...job, ...other }), 'said'));
      expect(result).toMatchObject({ stdout: 'said', rc: 0 });
      expect(result).not.toHaveProperty('stat');
      project?.remove();
    }
  });

  it("of Ansible's form has only the common return values", async () => {
    const result = await status(
      JSON.stringify({
        changed: true,
        stdout: 'theirs',
        rc: 0,
        add_host: { host_name: 'evil', groups: ['evil'], host_vars: { ansible_ssh_common_args: 'x' } },
        add_group: 'evil',
        ansible_facts: { ansible_ssh_common_args: 'x', myvar: 'theirs' },
        failed_when_result: false,
      }),
    );
    const told = ['changed', 'stdout', 'stdout_lines', 'rc', 'stderr', 'stderr_lines', 'failed'];
    const job = ['ansible_job_id', 'results_file', 'started', 'finished'];
    expect(Object.keys(result).sort()).toEqual([...told, ...job].sort());
  });
});

it('the key of jobs is made once, for its user alone', () => {
  const job = { id: 'j1.2', host: 'h1', verb: 'stat', args: {} };
  const first = sealed(job);
  expect(sealed(job)).toBe(first);
  const path = join(state, 'toa-play/jobs.key');
  expect(readFileSync(path)).toHaveLength(32);
  writeFileSync(path, 'another controller');
  expect(sealed(job)).toBe(first);
});
