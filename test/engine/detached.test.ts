import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, expect, it } from 'vitest';
import { play, Project } from './support.ts';

let project: Project;
afterEach(() => project.remove());

const HEAD = `
- hosts: all
  gather_facts: false
  environment: {ANSIBLE_ASYNC_DIR: "{{ out }}/jobs"}
  tasks:`;

async function appears(path: string): Promise<void> {
  for (let tries = 0; tries < 400 && !existsSync(path); tries++) await delay(50);
  expect(existsSync(path)).toBe(true);
}

it('a job with poll: 0 goes on when the run is over; a later run reads its result', async () => {
  project = new Project({
    'site.yml': `${HEAD}
    - name: start
      shell: "sleep 1; echo \\"$said\\"; echo err >&2; echo x > {{ out }}/made; exit 5"
      async: 60
      poll: 0
      environment: {said: "it's"}
      register: job
    - copy: {dest: "{{ out }}/id", content: "{{ job.ansible_job_id }}"}
`,
    'later.yml': `${HEAD}
    - name: wait
      async_status: {jid: "{{ lookup('file', out + '/id') }}"}
      register: job
      until: job.finished
      delay: 1
      retries: 30
      ignore_errors: true
    - name: forget
      async_status: {jid: "{{ job.ansible_job_id }}", mode: cleanup}
    - name: again
      async_status: {jid: "{{ job.ansible_job_id }}"}
      ignore_errors: true
`,
  });
  const ran = await play(project);
  const { result } = ran.results('start')[0];
  expect(result).toMatchObject({ started: 1, finished: 0, changed: true });
  expect(result['results_file']).toBe(join(project.folder, 'jobs', String(result['ansible_job_id'])));
  expect(existsSync(join(project.folder, 'made'))).toBe(false);
  await appears(join(project.folder, 'made'));
  const later = await play(project, { playbook: 'later.yml' });
  const wait = later.results('wait')[0].result;
  expect(wait).toMatchObject({ finished: 1, failed: true, changed: true, rc: 5, stdout: "it's", stderr: 'err' });
  expect(wait).toMatchObject({ msg: 'non-zero return code', ansible_job_id: result['ansible_job_id'] });
  expect(later.results('forget')[0].result).toMatchObject({ erased: result['results_file'], changed: false });
  expect(later.results('again')[0].result).toMatchObject({ failed: true, msg: 'could not find job' });
});

it('a verb of several calls with poll: 0 is waited for at the end', async () => {
  project = new Project({
    'site.yml': `${HEAD}
    - name: start
      lineinfile: {path: "{{ out }}/f", line: a, create: true}
      async: 60
      poll: 0
`,
  });
  await play(project);
  expect(project.read('f')).toBe('a\n');
});

it('reads what Ansible left', async () => {
  const done = '{"changed": true, "stdout": "theirs", "rc": 0, "cmd": "x"}';
  project = new Project({
    'site.yml': `${HEAD}
    - name: status
      async_status: {jid: j1.2}
    - name: bad
      async_status: {jid: ../x}
      ignore_errors: true
`,
    'jobs/j1.2': done,
  });
  const ran = await play(project);
  expect(ran.results('status')[0].result).toMatchObject({ finished: 1, stdout: 'theirs', changed: true });
  expect(ran.results('bad')[0].result).toMatchObject({ failed: true, msg: "'../x' is not the id of a job" });
});
