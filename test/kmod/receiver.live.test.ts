import { arch } from 'node:os';
import { join, resolve } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { awaitProgram } from '../../scripts/lib/programs.mjs';

const root = resolve(import.meta.dirname, '../..');
const build = join(root, 'kmod/build', arch() === 'arm64' ? 'aarch64' : 'x86_64');
const script = (name: string) => join(root, 'kmod/test', name);

interface Case {
  name: string;
  result: string;
  accept: string;
  ok: boolean;
}

interface Answer {
  rc: number;
  json: Record<string, any> & { cases?: Case[] };
}

/** Runs a script of kmod/test as a host of its own; its steps by name. */
async function host(name: string, file: string): Promise<Map<string, Answer>> {
  const { stdout } = await awaitProgram(script('namespace.sh'), [name, script(file), build], {
    timeout: 120_000,
  });
  const steps = new Map<string, Answer>();
  for (const part of stdout.split(/^step /m).slice(1)) {
    const [step = '', json = '{}', rc = ''] = part.split('\n');
    steps.set(step, { json: JSON.parse(json), rc: Number(rc.replace('rc ', '')) });
  }
  return steps;
}

const results = (answer: Answer | undefined) =>
  Object.fromEntries((answer?.json.cases ?? []).map((c) => [c.name, c.result]));

beforeAll(async () => {
  await awaitProgram(join(root, 'scripts/build-kmod'));
}, 120_000);

describe('parsers', () => {
  // 10 million inputs each: scripts/test-fuzz
  test.each([
    ['option', '2000000'],
    ['allow', '300000'],
    ['kinds', '300000'],
    ['options', '200000'],
    ['settings', '200000'],
  ])('%s: %s inputs under address and undefined behaviour sanitizers', { timeout: 120_000 }, async (name, inputs) => {
    const { stdout } = await awaitProgram(join(root, 'scripts/test-fuzz'), [name, inputs]);
    expect(stdout).toContain('passed');
  });

  test.each(['toa_option.h', 'toa_text.h'])('%s compiles as gnu89', async (name) => {
    const header = join(root, 'kmod/include', name);
    const { stderr } = await awaitProgram('gcc', [
      '-std=gnu89',
      '-Wall',
      '-Werror',
      '-pedantic',
      '-Wno-long-long',
      '-fsyntax-only',
      '-x',
      'c',
      header,
    ]);
    expect(stderr).toBe('');
  });
});

describe('receiver on this kernel', () => {
  let steps: Map<string, Answer>;
  beforeAll(async () => {
    steps = await host(`toa-test-${process.pid}`, 'receiver.sh');
  }, 120_000);
  const at = (step: string) => steps.get(step)!;

  test('check finds everything, and a host without receiver shows the balancer', () => {
    expect(at('check')).toMatchObject({ rc: 0, json: { ok: true, missing: [] } });
    // a verifier follows a million instructions at most, and each kernel's prunes in its own way: far from it, and quickly
    const followed = Object.values(at('check')?.json['verified'] as Record<string, number>);
    expect(followed).toHaveLength(6);
    expect(Math.max(...followed)).toBeLessThan(250_000);
    expect(at('control').rc).toBe(1);
    expect(results(at('control'))).toEqual({ 'v4-none': 'balancer', 'v4-ack': 'balancer', 'v6-ack': 'balancer' });
  });

  test('an old kernel is named first and alone: nobody is told to mount what it cannot have', () => {
    const missing = [
      { code: 'kernel_too_old', message: expect.stringMatching(/^kernel 2\.6\.\d+.* is older than 5\.10/) },
    ];
    expect(at('old_check')).toMatchObject({ rc: 1, json: { ok: false, missing, warnings: [] } });
    expect(at('old_attach')).toMatchObject({ rc: 3, json: { error: 'kernel_too_old' } });
    expect(at('old_attach').json['remedy']).toContain('toa_strategy: module');
  });

  test('a dry run changes nothing; attach does; the second changes nothing', () => {
    expect(at('dry').json).toMatchObject({ changed: true, action: 'attached' });
    expect(at('status_before')).toMatchObject({ rc: 1, json: { attached: false } });
    expect(at('attach').json).toMatchObject({ changed: true, action: 'attached', allow: null });
    expect(at('attach').json['warnings'][0].code).toBe('no_allow_list');
    expect(at('attach').json['listeners_marked']).toBeGreaterThanOrEqual(1);
    expect(at('again').json).toMatchObject({ changed: false, action: 'unchanged' });
  });

  test('accept and getpeername show the client on every kind of listener, for every place of the option', () => {
    const seen = results(at('probe'));
    const listeners = ['v4', 'dual4', 'v6', 'mptcp4', 'mptcpdual4', 'mptcp6'];
    for (const listener of listeners) {
      for (const place of ['ack', 'data'])
        expect([listener, place, seen[`${listener}-${place}`]]).toEqual([listener, place, 'shown']);
      // what only the SYN has, a client has written: nobody among Huawei, LVS and DPVS vouches for it
      expect([listener, seen[`${listener}-syn`]]).toEqual([listener, 'balancer']);
      expect(seen[`${listener}-none`]).toBe('balancer');
    }
    // an option for IPv4 on an IPv6 connection
    expect(seen['v6-short']).toBe('balancer');
    expect(seen['mptcpclient4-ack']).toBe('shown');
    expect(at('probe').rc).toBe(0);
  });

  test('the probe counts apart, its forgeries too, and is not among the refused', () => {
    const { counters, refused } = at('strict_stats').json;
    expect(counters).toMatchObject({ probe_connections: 28, probe_accepted: 13, probe_refused: 8, probe_shown: 26 });
    const others = Object.keys(counters).filter((name) => !name.startsWith('probe_') && name !== 'listeners_marked');
    for (const name of [...others, 'probe_address']) expect([name, counters[name]]).toEqual([name, 0]);
    expect(refused).toEqual([]);
  });

  test('the SYN is believed where the preset says so', () => {
    expect(at('wide').json).toMatchObject({ kinds: '200:8,253:20,254:8,254:8@syn,254:20,254:20@syn' });
    const seen = results(at('wide_probe'));
    for (const listener of ['v4', 'dual4', 'v6', 'mptcp4', 'mptcpdual4', 'mptcp6'])
      for (const place of ['ack', 'syn', 'data']) expect(seen[`${listener}-${place}`]).toBe('shown');
    expect(at('wide_probe').rc).toBe(0);
  });

  test('the allow-list refuses others, counts them, and does not hide the probe', () => {
    expect(at('allow').json).toMatchObject({ changed: true, action: 'configured', allow: 2 });
    expect(results(at('refused'))).toEqual({ 'v4-ack': 'balancer', 'v6-ack': 'balancer' });
    expect(results(at('reserved'))).toEqual({ 'v4-ack': 'shown', 'v6-syn': 'balancer' });
    expect(results(at('accepted'))).toEqual({ 'v4-ack': 'shown', 'v6-ack': 'shown' });
    expect(results(at('forged'))).toEqual({ 'v4-ack': 'balancer' });
    // all of them were the probe's
    expect(at('stats').json['counters']).toMatchObject({
      not_allowed: 0,
      bad_address: 0,
      mptcp_subflow: 0,
      shown_v4: 0,
    });
    expect(at('stats').json['refused']).toEqual([]);
  });

  test('kinds are a parameter, also the layout without port', () => {
    expect(at('kinds').json).toMatchObject({ action: 'configured', kinds: '200:8,253:20' });
    expect(at('tencent')).toMatchObject({ rc: 0, json: { ok: true } });
    expect(at('tencent').json.cases!.length).toBeGreaterThan(20);
    expect(at('cdn').json).toMatchObject({ kinds: '28:7@syn', allow: 2 });
    expect(results(at('cdn_probe'))).toEqual({ 'v4-syn': 'shown', 'dual4-ack': 'balancer' });
  });

  test('bad input is named and changes nothing', () => {
    expect(at('bad_kinds')).toMatchObject({ rc: 3, json: { error: 'bad_kinds' } });
    expect(at('bad_allow')).toMatchObject({ rc: 3, json: { error: 'bad_allow' } });
    expect(at('bad_allow').json['message']).toContain('line 1');
    expect(at('status').json).toMatchObject({ complete: true, current: true, allow: ['fd00::/8', '198.18.0.0/15'] });
  });

  test.each([
    ['two', "line 1: '10.0.0.0/8 0.0.0.0/0'"],
    ['comma', "line 1: '10.0.0.0/8,0.0.0.0/0'"],
    ['cr', 'line 1 has a control character'],
    ['nul', 'line 2 has a control character'],
    ['sign', "line 1: '10.0.0.0/+8'"],
    ['overflow', "line 1: '10.0.0.0/4294967304'"],
    ['any', "line 2: 'any'"],
    ['empty', 'the list has no prefix'],
  ])('a list that is not understood is refused: %s', (step, message) => {
    expect(at(`list_${step}`)).toMatchObject({ rc: 3, json: { error: 'bad_allow' } });
    expect(at(`list_${step}`).json['message']).toContain(message);
  });

  test('a comment may be long, and hides nothing behind it', () => {
    expect(at('list_long')).toMatchObject({ rc: 0, json: { action: 'configured', allow: 1 } });
    expect(at('long_status').json['allow']).toEqual(['10.0.0.0/8']);
  });

  test('a command is one word, and says what it takes', () => {
    for (const step of ['words_two', 'words_none', 'words_foreign', 'words_twice'])
      expect([step, at(step).rc]).toEqual([step, 2]);
    expect(at('still_there').rc).toBe(0);
  });

  test('a list that lets everybody in warns as no list does', () => {
    expect(at('open4').json['warnings'][0].code).toBe('open_allow_list');
    expect(at('open6').json['warnings'][0].code).toBe('open_allow_list');
  });

  test('detach leaves nothing', () => {
    expect(at('detach').json).toMatchObject({ changed: true, action: 'detached' });
    expect(at('gone').rc).toBe(1);
    expect(results(at('after'))).toEqual({ 'v4-ack': 'balancer' });
    expect(at('leftovers').json).toEqual({ pins: 0, links: 0, attached: 0 });
  });
});

test('two hosts on one kernel: a receiver in one does not show in the other', async () => {
  const inside = (name: string, command: string) =>
    awaitProgram(script('namespace.sh'), [name, 'sh', '-c', command, 'sh', build], { timeout: 60_000 }).then(
      ({ stdout }) => stdout,
    );
  const [first, second] = await Promise.all([
    inside(
      `toa-a-${process.pid}`,
      '"$1/toa-bpf" attach >/dev/null && sleep 2 && "$1/toa-probe" self --only v4-ack; sleep 2',
    ),
    inside(`toa-b-${process.pid}`, 'sleep 2; "$1/toa-probe" self --only v4-ack || true; "$1/toa-bpf" status || true'),
  ]);
  expect(JSON.parse(first).cases[0].result).toBe('shown');
  const [probe = '', status = ''] = second.split('\n');
  expect(JSON.parse(probe).cases[0].result).toBe('balancer');
  expect(JSON.parse(status)).toEqual({ ok: true, attached: false });
});
