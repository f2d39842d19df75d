import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { fingerprint, keyType } from '../../src/transport/host-keys.ts';
import { addKnown, findKnown, hostsMatch, knownName } from '../../src/transport/known-hosts.ts';
import { runProgram } from '../../scripts/lib/programs.mjs';

const folder = mkdtempSync(join(tmpdir(), 'toa-known-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const file = join(folder, 'known_hosts');
const key = join(folder, 'key');
runProgram('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'x', '-f', key]);
const [type, base64] = readFileSync(`${key}.pub`, 'utf8').split(' ');
const blob = Buffer.from(base64, 'base64');

describe('known_hosts', () => {
  it('matches names, ports, wildcards, negation', () => {
    expect(knownName('WEB1', 22)).toBe('web1');
    expect(knownName('web1', 2222)).toBe('[web1]:2222');
    expect(hostsMatch('web1,192.0.2.1', '192.0.2.1')).toBe(true);
    expect(hostsMatch('*.example.com,!bad.example.com', 'a.example.com')).toBe(true);
    expect(hostsMatch('*.example.com,!bad.example.com', 'bad.example.com')).toBe(false);
    expect(hostsMatch('web?', 'web12')).toBe(false);
    expect(hostsMatch('[127.0.0.*]:*', '[127.0.0.9]:2200')).toBe(true);
  });

  it('reads lines that ssh-keygen hashed', () => {
    writeFileSync(file, `# comment\n\nweb1 ${type} ${base64} me\n[web2]:2222 ${type} ${base64}\n`);
    runProgram('ssh-keygen', ['-q', '-H', '-f', file]);
    appendFileSync(file, 'broken line\n@unknown-marker web1 ssh-rsa AAAA\n');
    expect(readFileSync(file, 'utf8')).not.toContain('web1 ssh-ed25519');
    expect(findKnown([file, '/no/such'], 'web1').map((entry) => entry.line)).toEqual([3]);
    expect(findKnown([file], '[web2]:2222')[0].key.equals(blob)).toBe(true);
    expect(findKnown([file], 'web2')).toEqual([]);
  });

  it.each([true, false])('writes lines that ssh-keygen finds (hashed: %s)', (hashed) => {
    const own = join(folder, `own-${hashed}`);
    addKnown(own, '[web3]:22022', type, blob, hashed);
    const found = runProgram('ssh-keygen', ['-F', '[web3]:22022', '-f', own]);
    expect(found).toContain(base64);
    expect(findKnown([own], '[web3]:22022').length).toBe(1);
  });

  it('prints fingerprints as ssh-keygen does', () => {
    const printed = runProgram('ssh-keygen', ['-l', '-f', `${key}.pub`]);
    expect(printed).toContain(fingerprint(blob));
    expect(keyType(blob)).toBe('ssh-ed25519');
  });
});
