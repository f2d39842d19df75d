import { describe, expect, it } from 'vitest';
import { dict } from '../../../src/base/value.ts';
import { InventoryData, limitHosts, readLimit, splitPattern } from '../../../src/play/inventory/index.ts';

function fleet(): InventoryData {
  const data = new InventoryData();
  for (const group of ['web', 'canary', 'db']) data.group(group);
  for (const n of [1, 2, 3, 4]) data.putHost(`web${n}`, 'web');
  data.putHost('web2', 'canary');
  data.putHost('db1.lan', 'db');
  data.putHost('2001:db8::1');
  data.reconcile();
  return data;
}

describe('patterns', () => {
  // Checked with `ansible all -i ... --list-hosts` of ansible-core 2.14.
  it.each([
    ['web:&canary,web1', 'web1'],
    ['web:&canary', 'web2'],
    ['web,!canary', 'web1 web3 web4'],
    ['!web', '2001:db8::1 db1.lan'],
    ['web[0]', 'web1'],
    ['web[-1]', 'web4'],
    ['web[1:2]', 'web2 web3'],
    ['web[2:]', 'web3 web4'],
    ['~web[13]|db', 'db1.lan web1 web3'],
    ['web[0:0]', 'web1'],
    ['web[1:0]', 'web2'],
    ['*.lan', 'db1.lan'],
    ['web?:db', 'web1 web2 web3 web4 db1.lan'],
    ['2001:db8::1', '2001:db8::1'],
    ['localhost', 'localhost'],
    ['nothing', ''],
  ])('%s', (pattern, hosts) => {
    expect(fleet().match(pattern).join(' ')).toBe(hosts);
  });

  it('tells of what matches nothing', () => {
    const missing: string[] = [];
    expect(fleet().match('web1,ghost,all', (part) => missing.push(part))[0]).toBe('web1');
    expect(missing).toEqual(['ghost']);
  });

  it('reads a limit file', () => {
    const sources = { kind: () => 'file' as const, read: () => Buffer.from('web2\n\nweb3\n') };
    expect(readLimit('@todo.txt', sources, '/x')).toEqual(['web2', 'web3']);
    expect(limitHosts(fleet(), ['web1', 'web2', 'web3'], ['web2', 'web3'])).toEqual(['web2', 'web3']);
  });

  it('keeps addresses and ranges whole', () => {
    expect(splitPattern('a:b[1:2]:&c')).toEqual(['a', 'b[1:2]', '&c']);
    expect(splitPattern('a, b')).toEqual(['a', 'b']);
  });

  it('follows add_host and group_by', () => {
    const data = fleet();
    expect(data.addHost('new1', ['web', 'fresh'], dict({ x: 1 }))).toBe(true);
    expect(data.addHost('new1', ['web', 'fresh'], dict({ x: 1 }))).toBe(false);
    expect(data.groupsOf('new1')).toEqual(['fresh', 'web']);
    expect(data.addToGroup('web1', 'os_debian')).toBe(true);
    expect(data.match('os_debian')).toEqual(['web1']);
    expect(data.members('all')).toContain('new1');
  });
});
