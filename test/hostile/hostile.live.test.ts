import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { verbs } from '../../tasks/index.ts';
import { keygen, TestSshd } from '../support/sshd.ts';
import { Canary } from './canary.ts';
import { TASKS } from './tasks.ts';
import { childProgram } from '../../scripts/lib/programs.mjs';

/** The ways of test/hosts/liar.mjs; in how many runs at once the verbs meet each: those that wait for a timeout in more. */
const ATTACKS: Readonly<Record<string, number>> = {
  paths: 2,
  absolute: 2,
  templates: 2,
  'templates-fail': 2,
  magic: 2,
  'job-file': 2,
  'job-of-ansible': 2,
  escapes: 2,
  'escapes-fail': 2,
  lengths: 2,
  negative: 2,
  deep: 2,
  ones: 2,
  empty: 2,
  bytes: 2,
  others: 2,
  early: 2,
  closes: 2,
  endless: 2,
  'endless-stderr': 2,
  'endless-mark': 2,
  banner: 2,
  'banner-stdout': 2,
  status: 14,
  silent: 14,
};
/** An include that fails ends its host's play, as in Ansible: the last of each run. */
const isInclude = (name: string): boolean => name.startsWith('include_');
const NAMES = Object.keys(TASKS);
const BOUND_MS = Number(process.env['BOUND_S'] ?? 120) * 1000;
// oxlint-disable-next-line no-control-regex -- what no terminal may get
const OBEYED = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/;

interface Ended {
  readonly code: number | null;
  readonly text: string;
  readonly log: string;
}

const root = mkdtempSync(join(tmpdir(), 'toa-hostile-'));
const sshd = new TestSshd('127.0.0.61', 2261);
const keyOf = (attack: string): string => join(sshd.folder, `key-${attack}`);
const pwnedBy = (attack: string): string => join(root, `pwned-${attack}`);
const counts = { cells: 0, reached: 0, runs: 0, bugs: [] as string[] };

/** The words that verbs look for in answers, as their sources have them: a new one is lied about, too. */
function answerKeys(folder: string): Set<string> {
  const keys = new Set<string>();
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) for (const key of answerKeys(path)) keys.add(key);
    else if (name.endsWith('.ts')) {
      const found = readFileSync(path, 'utf8').matchAll(/\.(?:get|is|all|first)\('([a-z_0-9]+)'/g);
      for (const [, key] of found) keys.add(key);
    }
  }
  return keys;
}

beforeAll(async () => {
  const keys = [...answerKeys(resolve('tasks'))];
  expect(keys.length).toBeGreaterThan(80);
  const liar = resolve('test/hosts/liar.mjs');
  // the key tells which way it lies
  for (const attack of Object.keys(ATTACKS)) {
    const settings = join(sshd.folder, `${attack}.json`);
    writeFileSync(settings, JSON.stringify({ pwned: pwnedBy(attack), keys }));
    keygen(keyOf(attack), 'ed25519');
    const command = `command="${process.execPath} ${liar} ${attack} ${settings}"`;
    appendFileSync(join(sshd.folder, 'authorized_keys'), `${command} ${sshd.publicKey(keyOf(attack))}`);
  }
  await sshd.start();
});

afterAll(async () => {
  await sshd.stop();
  rmSync(root, { recursive: true, force: true });
});

function inventory(attack: string): string {
  const path = join(sshd.folder, `${attack}.ini`);
  const options = `-F none -o UserKnownHostsFile=${sshd.knownHosts} -o GlobalKnownHostsFile=none`;
  writeFileSync(
    path,
    `liar ansible_ssh_private_key_file=${keyOf(attack)} toa_max_output=32768
honest ansible_ssh_private_key_file=${sshd.clientKey}
[all:vars]
ansible_port=${sshd.port}
ansible_host=${sshd.address}
ansible_user=root
ansible_ssh_common_args='${options}'
`,
  );
  return path;
}

/** A play in which one host lies to each of the verbs and another works: JSON is YAML. */
function playbook(names: readonly string[]): string {
  const liar = "inventory_hostname == 'liar'";
  const honest = "inventory_hostname == 'honest'";
  const tasks = [
    { name: 'a lie', raw: 'true', register: 'lie', when: liar },
    ...names.map((name) => ({ name: `verb ${name}`, [name]: TASKS[name], when: liar })),
    { name: 'truth', command: 'echo honest', register: 'truth', when: honest, timeout: BOUND_MS / 1000 },
    { name: 'is heard', assert: { that: "truth.stdout == 'honest'" }, when: honest, ignore_errors: false },
  ];
  const play = { hosts: 'all', gather_facts: false, ignore_errors: true, ignore_unreachable: true, tasks };
  return JSON.stringify([play]);
}

function run(attack: string, part: number, names: readonly string[], canary: Canary): Promise<Ended> {
  const file = join(sshd.folder, `${attack}-${part}.yml`);
  const log = join(sshd.folder, `${attack}-${part}.log`);
  writeFileSync(file, playbook(names));
  const env = {
    PATH: process.env['PATH'],
    HOME: canary.home,
    TMPDIR: canary.tmp,
    // where the controller keeps what jobs are sealed with
    XDG_STATE_HOME: join(sshd.folder, 'state'),
    ANSIBLE_TASK_TIMEOUT: '2',
    ANSIBLE_LOG_PATH: log,
    ANSIBLE_CONFIG: join(canary.work, 'ansible.cfg'),
  };
  const args = [resolve('bin/toa-play.js'), file, '-i', inventory(attack), '-v', '--diff'];
  const child = childProgram(process.execPath, args, { cwd: canary.work, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (chunk) => (text += chunk));
  // only where it does not end by itself: then its code is null
  const timer = setTimeout(() => child.kill('SIGKILL'), BOUND_MS);
  return new Promise((done) => {
    child.once('close', (code) => {
      clearTimeout(timer);
      done({ code, text, log: existsSync(log) ? readFileSync(log, 'utf8') : '' });
    });
  });
}

function check(attack: string, names: readonly string[], { code, text, log }: Ended): void {
  const tail = text.slice(-700);
  expect([0, 2, 4], `ended by itself: ${tail}`).toContain(code);
  expect(text, tail).toMatch(/^honest +: ok=2 +changed=1 +unreachable=0 +failed=0 /m);
  expect(OBEYED.exec(text.replaceAll(/[\n\t]/g, '')), attack).toBeNull();
  expect(OBEYED.exec(log.replaceAll(/[\n\t]/g, '')), attack).toBeNull();
  for (const part of text.split(/^TASK \[/m).slice(1)) {
    const name = /^(?:\S+ : )?verb (\w+)\]/.exec(part)?.[1];
    if (name !== undefined && /\[liar|E_BUG/.test(part)) counts.reached++;
    if (name !== undefined && part.includes('E_BUG')) {
      const why = /"msg": "(.{0,140})/.exec(part)?.[1] ?? '';
      counts.bugs.push(`${attack} x ${name}: ${why}`);
    }
  }
  counts.cells += names.length;
  counts.runs++;
}

describe('a host that lies harms nobody but itself', () => {
  it('has a row for every verb', () => {
    expect(NAMES.toSorted()).toEqual(verbs.map(({ name }) => name).toSorted());
  });

  it.concurrent.each(Object.entries(ATTACKS))('%s', async (attack, parts) => {
    const canary = new Canary(mkdtempSync(join(root, `${attack}-`)), pwnedBy(attack));
    const runs = Array.from({ length: parts }, async (_, part) => {
      const mine = NAMES.filter((name, index) => index % parts === part);
      const names = [...mine.filter((name) => !isInclude(name)), ...mine.filter(isInclude)];
      check(attack, names, await run(attack, part, names, canary));
    });
    await Promise.all(runs);
    expect(canary.changes(), attack).toEqual([]);
  });

  it('says how many', () => {
    const { cells, reached, runs, bugs } = counts;
    const table = `${NAMES.length} verbs x ${Object.keys(ATTACKS).length} attacks: ${cells} tried in ${runs} runs, ${reached} shown, all intact`;
    process.stdout.write(`${table}\n${bugs.map((bug) => `  unexpected failure: ${bug}\n`).join('')}`);
    expect(cells).toBe(NAMES.length * Object.keys(ATTACKS).length);
    expect(bugs).toEqual([]);
  });
});
