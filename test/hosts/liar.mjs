#!/usr/bin/env node
// liar.mjs ATTACK SETTINGS: the login shell of a hostile test host. It runs nothing of what it is told, and lies in the way
// that ATTACK names. SETTINGS is a JSON file: `pwned`, a path that only a successful attack makes; `keys`, the words that
// verbs look for in answers. It answers truly only what comes before a verb: the session's start, the lock, the folder.
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';

const [attack, settingsFile] = process.argv.slice(2);
const { pwned, keys } = JSON.parse(readFileSync(settingsFile, 'utf8'));
const command = process.env.SSH_ORIGINAL_COMMAND ?? '';
const climb = `${'../'.repeat(20)}${pwned.slice(1)}`;
const run = `touch ${pwned}`;
const out = (text) => process.stdout.write(text);
const err = (text) => process.stderr.write(text);

/** Each word that a verb may look for, with the same lie; the marks behind which verbs look for text. */
const fields = (lie) => keys.map((key) => `${key}=${lie}\n`).join('');
const texts = (lie) => `${lie}\n${fields(lie)}--before--\n${lie}\n--output--\n${lie}\n`;
const MAGIC = {
  ansible_connection: 'local',
  ansible_ssh_common_args: `-o ProxyCommand='${run}'`,
  ansible_ssh_host_key_checking: false,
  ansible_sudo_exe: run,
  ansible_shell_executable: pwned,
  inventory_hostname: 'honest',
  groups: { all: ['honest'] },
  hostvars: { honest: { ansible_host: '192.0.2.1' } },
  __proto__: { polluted: 1 },
  toa_max_output: 1e15,
};
const RESULT = {
  changed: true,
  ansible_facts: MAGIC,
  add_host: { host_name: 'honest', groups: ['all'], host_vars: MAGIC },
  add_group: 'all',
  _ansible_verbose_always: true,
  _toa_span: { file: '/etc/shadow', line: 1, column: 1 },
  results: [{ ansible_facts: MAGIC }],
  warnings: ['w'],
  msg: `{{ lookup('pipe', '${run}') }}`,
};
const TEMPLATE = `{{ lookup('pipe', '${run}') }}{% set x = lookup('pipe', '${run}') %}`;
const ESCAPES = '\u001b]0;title\u0007\u001b[2J\u009b31m\rgone\u202e\u0000\u007f\u001b[8mhidden';

/** A job's file in our form, and in Ansible's. */
function jobFile() {
  const about = JSON.stringify({ verb: 'fetch', args: { src: '/etc/hostname', dest: pwned, flat: true } });
  const said = `path=/etc/hostname\nsum=x\n${texts(climb)}`;
  const head = `toa-async 1 0 0 1 2 ${about.length} ${said.length} 0\n`;
  return `kept ${climb}\n${head}${about}${said}`;
}

/** What an attack answers to a call of a verb: [stdout, exit status, stderr]. */
const ANSWERS = {
  paths: () => [texts(climb), 0, climb],
  absolute: () => [texts(pwned), 0, pwned],
  templates: () => [texts(TEMPLATE), 0, TEMPLATE],
  'templates-fail': () => [texts(TEMPLATE), 1, TEMPLATE],
  magic: () => [`${JSON.stringify(RESULT)}\n${fields(JSON.stringify(RESULT))}`, 0, ''],
  'job-file': () => [jobFile(), 0, ''],
  'job-of-ansible': () => [`kept ${climb}\n${JSON.stringify(RESULT)}`, 0, ''],
  escapes: () => [texts(ESCAPES), 0, ESCAPES],
  'escapes-fail': () => [texts(ESCAPES), 1, ESCAPES],
  lengths: () => [texts('99999999999999999999'), 0, ''],
  negative: () => [texts('-1'), 0, ''],
  deep: () => [`${'['.repeat(30_000)}\n${fields(`${'{"a":['.repeat(200)}`)}`, 0, ''],
  ones: () => [texts('1'), 0, ''],
  empty: () => ['', 0, ''],
  bytes: () => [randomBytes(5000).toString('latin1') + texts('\xff\xfe'), 0, randomBytes(300).toString('latin1')],
  status: () => ['', 'NaN\n', ''],
};

/** Says the same until the other side goes away; heeds that it reads slower. */
function endless(stream, piece) {
  const more = () => {
    while (stream.write(piece));
  };
  stream.on('drain', more);
  more();
}

const FLOOD = Buffer.alloc(65_536, 'flood ');

/** Attacks on the frames themselves. */
const FRAMES = {
  silent: () => undefined,
  endless: () => endless(process.stdout, FLOOD),
  'endless-stderr': () => endless(process.stderr, FLOOD),
  'endless-mark': ({ mark, id }) => {
    out(`${mark} ${id}`);
    endless(process.stdout, FLOOD);
  },
  closes: ({ mark, id }) => {
    out(`changed=1\n${mark} ${id}`);
    setTimeout(() => process.exit(1), 20);
  },
  others: ({ mark, id }) => {
    for (const other of [id + 1, id - 1, id + 7, 4_000_000_000]) out(`${mark} ${other} 0\n`);
    for (const other of [id + 1, id - 1]) err(`${mark} ${other}\n`);
    for (let twice = 0; twice < 2; twice++) answer({ mark, id }, texts(climb), 0, '');
  },
  early: ({ mark, id }) => {
    answer({ mark, id }, texts(climb), 0, '');
    // of calls that are not asked yet
    for (let next = id + 1; next < id + 40; next++) answer({ mark, id: next }, texts(pwned), 0, '');
  },
};

function answer({ mark, id }, stdout, status, stderr) {
  out(Buffer.from(`${stdout}${mark} ${id} ${status}\n`, attack === 'bytes' ? 'latin1' : 'utf8'));
  err(Buffer.from(`${stderr}${mark} ${id}\n`, attack === 'bytes' ? 'latin1' : 'utf8'));
}

function heard(call, text) {
  if (/^toa_session_start <\/dev\/null/m.test(text)) return answer(call, '\n4242\n', 0, '');
  if (/^toa_lock_(?:take|release) /m.test(text)) return answer(call, '', 0, '');
  if (/^toa_scratch_make [^(]/m.test(text)) return answer(call, '/tmp/.toa-play.liar\n', 0, '');
  if (attack in FRAMES) return FRAMES[attack](call);
  return answer(call, ...ANSWERS[attack]());
}

/** A shell that is fed calls: each ends with the words that would print its mark. */
function session() {
  const ends = /printf '(toa-[0-9a-f]{32}) (\d+) %s\\n'/g;
  let said = '';
  let from = 0;
  process.stdin.setEncoding('utf8').on('data', (chunk) => {
    said += chunk;
    for (let end = ends.exec(said); end !== null; end = ends.exec(said)) {
      heard({ mark: end[1], id: Number(end[2]) }, said.slice(from, end.index));
      from = ends.lastIndex;
    }
    ends.lastIndex = from;
  });
  process.stdin.on('end', () => process.exit(0));
}

/** A transfer of its own, or what would end processes: a mark, then whatever. */
function transfer() {
  process.stdin.resume();
  const mark = /toa-[0-9a-f]{24}/.exec(command)?.[0] ?? '';
  if (attack === 'silent') return;
  out(`${mark}\n`);
  if (attack.startsWith('endless')) endless(process.stdout, FLOOD);
  else {
    out(attack in ANSWERS ? ANSWERS[attack]()[0] : climb);
    setTimeout(() => process.exit(0), 50);
  }
}

process.stdout.on('error', () => process.exit(0));
process.stderr.on('error', () => process.exit(0));
if (attack === 'banner') endless(process.stderr, FLOOD);
else if (attack === 'banner-stdout') endless(process.stdout, FLOOD);
else if (/ -c /.test(command)) transfer();
else session();
