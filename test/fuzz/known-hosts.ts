import { createHmac } from 'node:crypto';
import { hostsMatch, type KnownHostsEntry, parseKnownHosts } from '../../src/transport/known-hosts.ts';
import type { Inputs, Parser } from './inputs.ts';

// src/transport/known-hosts.ts, against a second reading after OpenSSH's hostfile.c and match.c. That second reading is
// compared with ssh-keygen itself in test/fuzz/known-hosts.live.test.ts.

const wire = (...parts: Buffer[]): Buffer =>
  Buffer.concat(parts.flatMap((part) => [Buffer.from(Uint32Array.of(part.length).buffer).swap32(), part]));

/** Keys that ssh-keygen reads; the points of curves are of no meaning here. */
const ED25519 = wire(Buffer.from('ssh-ed25519'), Buffer.alloc(32, 7)).toString('base64');
const RSA = wire(Buffer.from('ssh-rsa'), Buffer.from([1, 0, 1]), Buffer.alloc(257, 5).fill(0, 0, 1)).toString('base64');
const KEYS = { 'ssh-ed25519': ED25519, 'ssh-rsa': RSA };

/** The names that are looked for. */
export const SOUGHT = ['web1', 'a.example.com', '[web1]:2222', '192.0.2.1'];

function hashed(name: string, fill: number, bytes = 20): string {
  const salt = Buffer.alloc(bytes, fill);
  return `|1|${salt.toString('base64')}|${createHmac('sha1', salt).update(name).digest('base64')}`;
}

const HOSTS = [
  'web1',
  'WEB1',
  'web1,192.0.2.1',
  '*.example.com',
  '*',
  '!web1',
  '*,!web1',
  '!*.example.com,*',
  'web?',
  '[web1]:2222',
  '[*]:2222',
  'a*a*a*a*a*b',
  ',',
  'web1,',
  '|',
  '|1|',
  '|1||',
  hashed('web1', 1),
  hashed('a.example.com', 2),
  hashed('web1', 3, 19),
  `${hashed('web1', 1)},web1`,
  hashed('web1', 1).replace(/=/g, ''),
  `${'x'.repeat(1030)},web1`,
  '#web1',
];
const PIECES = [
  ...HOSTS,
  ...HOSTS,
  ' ',
  ' ',
  '\t',
  '  ',
  '\n',
  '\n',
  '\r\n',
  '\u00a0',
  '\u000b',
  '@revoked ',
  '@cert-authority\t',
  '@other ',
  '@revoked',
  `ssh-ed25519 ${ED25519}`,
  `ssh-ed25519 ${ED25519}`,
  `ssh-rsa ${RSA}`,
  `ssh-rsa ${ED25519}`,
  `ssh-ed25519 ${ED25519.slice(0, 40)}`,
  `ssh-ed25519 ${ED25519}==`,
  'ssh-ed25519',
  'AAAA',
  ' comment of mine\n',
  '# comment\n',
];

/** A file of lines that mostly are some. */
export function madeUp(inputs: Inputs): string {
  if (inputs.below(3) === 0) return inputs.text(PIECES, 10);
  let text = '';
  for (let left = 1 + inputs.below(3); left > 0; left--) {
    const marker = inputs.pick(['', '', '', '@revoked ', '@cert-authority ']);
    const [type, key] = inputs.pick(Object.entries(KEYS));
    text += `${marker}${inputs.pick(HOSTS)} ${type} ${key}${inputs.pick(['', ' me', '\r'])}\n`;
  }
  return inputs.below(2) === 0 ? text : inputs.broken(text);
}

/** Where a blank-separated word ends. */
function wordEnd(line: string, from: number): number {
  let at = from;
  while (at < line.length && line[at] !== ' ' && line[at] !== '\t') at++;
  return at;
}

function skipBlanks(line: string, from: number): number {
  let at = from;
  while (line[at] === ' ' || line[at] === '\t') at++;
  return at;
}

/** match_pattern of match.c. */
function matches(pattern: string, name: string, budget = { left: 20_000 }): boolean {
  if (budget.left-- < 0) return false;
  if (pattern === '') return name === '';
  if (pattern[0] === '*') {
    for (let at = 0; at <= name.length; at++) if (matches(pattern.slice(1), name.slice(at), budget)) return true;
    return false;
  }
  return (
    name !== '' && (pattern[0] === '?' || pattern[0] === name[0]) && matches(pattern.slice(1), name.slice(1), budget)
  );
}

function isFor(hosts: string, name: string): boolean {
  if (hosts[0] === '|') {
    const parts = hosts.split('|');
    const salt = Buffer.from(parts[2] ?? '', 'base64');
    return parts.length === 4 && salt.length === 20 && hosts === `|1|${salt.toString('base64')}|${hashOf(name, salt)}`;
  }
  let found = false;
  for (const pattern of hosts.split(',')) {
    const isNegated = pattern[0] === '!';
    const text = isNegated ? pattern.slice(1) : pattern;
    if (text.length >= 1024) return false;
    if (!matches(text.toLowerCase(), name)) continue;
    if (isNegated) return false;
    found = true;
  }
  return found;
}

const hashOf = (name: string, salt: Buffer): string => createHmac('sha1', salt).update(name).digest('base64');

/** The lines that OpenSSH would read, each with the names of SOUGHT that it is for: `LINE MARKER TYPE KEY NAME...`. */
export function secondReading(text: string): string[] {
  const found: string[] = [];
  for (const [number, line] of text.split('\n').entries()) {
    let at = skipBlanks(line, 0);
    if (at === line.length || line[at] === '#') continue;
    let marker = 'plain';
    if (line[at] === '@') {
      const end = wordEnd(line, at);
      marker = line.slice(at + 1, end);
      if (marker !== 'revoked' && marker !== 'cert-authority') continue;
      at = skipBlanks(line, end);
    }
    const hostsEnd = wordEnd(line, at);
    const typeAt = skipBlanks(line, hostsEnd);
    const typeEnd = wordEnd(line, typeAt);
    const keyAt = skipBlanks(line, typeEnd);
    const key = line.slice(keyAt, wordEnd(line, keyAt)).replace(/\r$/, '');
    const type = line.slice(typeAt, typeEnd);
    if (hostsEnd === at || !isKeyOf(type, key)) continue;
    const names = SOUGHT.filter((name) => isFor(line.slice(at, hostsEnd), name));
    found.push([number + 1, marker, type, key, ...names].join(' '));
  }
  return found;
}

function isKeyOf(type: string, base64: string): boolean {
  if (base64.length % 4 !== 0 || !/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) return false;
  const key = Buffer.from(base64, 'base64');
  if (key.toString('base64') !== base64) return false;
  // fields of a key, each behind its length
  const fields: string[] = [];
  let rest = key.toString('latin1');
  while (rest !== '') {
    const length =
      rest.length < 4 ? Infinity : Number.parseInt(Buffer.from(rest.slice(0, 4), 'latin1').toString('hex'), 16);
    if (4 + length > rest.length) return false;
    fields.push(rest.slice(4, 4 + length));
    rest = rest.slice(4 + length);
  }
  return fields.length > 1 && fields[0] === type;
}

const told = (entry: KnownHostsEntry): string =>
  [
    entry.line,
    entry.marker ?? 'plain',
    entry.type,
    entry.key.toString('base64'),
    ...SOUGHT.filter((name) => hostsMatch(entry.hosts, name)),
  ].join(' ');

export const knownHosts: Parser = {
  prepare: () => (inputs) => {
    const text = madeUp(inputs);
    const first = parseKnownHosts(text, 'file').map((entry) => told(entry));
    const second = secondReading(text);
    if (first.join('\n') !== second.join('\n'))
      throw new Error(`known_hosts: ${JSON.stringify(text)}: ${JSON.stringify(first)}, not ${JSON.stringify(second)}`);
    return first.length > 0;
  },
};
