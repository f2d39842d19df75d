import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemSources } from '../../../src/cli/world/sources.ts';
import { loadInventory, selectHosts, type InventoryData } from '../../../src/play/inventory/index.ts';
import { noVault } from '../variables/support.ts';

let folder: string;
let warnings: string[];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'toa-inventory-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function load(...names: string[]): InventoryData {
  warnings = [];
  const sources = systemSources((message) => warnings.push(message));
  return loadInventory(names, { sources, vault: noVault, cwd: folder });
}

describe('loadInventory', () => {
  it('merges several sources in order', () => {
    writeFileSync(join(folder, 'a.ini'), '[web]\nh1 v=a\nh2 v=a\n[all:vars]\nw=a\n');
    writeFileSync(join(folder, 'b.yml'), 'web:\n  hosts:\n    h2: {v: b}\n    h3: {v: b}\nall:\n  vars: {w: b}\n');
    const inventory = load('a.ini', 'b.yml', 'x1,');
    expect(inventory.match('all')).toEqual(['x1', 'h1', 'h2', 'h3']);
    expect(inventory.hosts.get('h2')?.vars.get('v')).toBe('b');
    expect(inventory.groups.get('all')?.vars.get('w')).toBe('b');
    expect(inventory.groupsOf('x1')).toEqual(['ungrouped']);
    expect(warnings).toEqual([]);
  });

  it('leaves out what the configuration ignores in a folder', () => {
    const inner = join(folder, 'several');
    mkdirSync(inner);
    for (const name of ['a', 'b.ini', 'c.txt', 'old-d']) writeFileSync(join(inner, name), `host-${name}\n`);
    const sources = systemSources(() => {});
    const names = (more: object) =>
      loadInventory(['several'], { sources, vault: noVault, cwd: folder, ...more }).match('all');
    expect(names({})).toEqual(['host-a', 'host-old-d']);
    expect(names({ ignoredEndings: ['.txt'], ignoredPatterns: ['^old'] })).toEqual(['host-a', 'host-b.ini']);
  });

  it('takes users and ports in host lists', () => {
    const inventory = load('root@198.51.100.7,web:2222,');
    expect(inventory.hosts.get('198.51.100.7')?.vars.get('ansible_user')).toBe('root');
    expect(inventory.hosts.get('web')?.vars.get('ansible_port')).toBe(2222);
  });

  it('runs scripts', () => {
    const json =
      '{"row":{"children":["r1"],"vars":{"row":"A"}},"r1":{"hosts":["k1","k2"]},"_meta":{"hostvars":{"k1":{"s":1}}}}';
    writeFileSync(join(folder, 'fleet.sh'), `#!/bin/sh\nprintf '%s' '${json}'\n`, { mode: 0o755 });
    const inventory = load('fleet.sh');
    expect(inventory.match('row')).toEqual(['k1', 'k2']);
    expect(inventory.hosts.get('k1')?.vars.get('s')).toBe(1);
    expect(inventory.groupsOf('k2')).toEqual(['r1', 'row']);
  });

  it.each([
    ['[web\nh1\n[db]\n', 'Not a valid|host range', 1],
    ['[web]\nh1 oops\n', 'Expected key=value host variable assignment, got: oops', 2],
    ['[web]\nh1\n[db:children]\nnone\n', 'Section \\[db:children\\] includes undefined group: none', 4],
    ['[web]\nh1\n[web:wars]\n', 'Section \\[web:wars\\] has unknown type: wars', 3],
    ["[web]\nh1 a='open\n", 'No closing quotation', 2],
    ['[a:children]\nb\n[b:children]\na\n', 'recursive dependency loop', 4],
  ])('uses nothing of a broken file and says where it breaks: %j', (text, message, line) => {
    writeFileSync(join(folder, 'broken.ini'), text);
    const inventory = load('broken.ini');
    expect(inventory.hosts.size).toBe(0);
    expect(warnings[0]).toMatch(new RegExp(message));
    expect(warnings[0]).toContain(`broken.ini:${line}:`);
    expect(warnings.at(-2)).toContain('Unable to parse');
    expect(warnings.at(-1)).toBe('No inventory was parsed, only implicit localhost is available');
  });

  it('limits, and warns of an empty inventory', () => {
    const sources = systemSources((message) => warnings.push(message));
    const some = load('h1,h2,');
    expect(selectHosts(some, 'h2', sources, folder).hosts('all')).toEqual(['h2']);
    expect(() => selectHosts(some, 'nobody', sources, folder)).toThrow('does not match any hosts');
    expect(warnings).toEqual(['Could not match supplied host pattern, ignoring: nobody']);
    const strict = selectHosts(some, undefined, sources, folder, { onMismatch: 'error' });
    expect(() => strict.hosts('h1,nobody')).toThrow('Could not match supplied host pattern');
    expect(selectHosts(some, undefined, sources, folder, { onMismatch: 'ignore' }).hosts('nobody')).toEqual([]);
    expect(warnings).toHaveLength(1);
    const none = load('gone');
    expect(selectHosts(none, undefined, sources, folder).hosts('localhost')).toEqual(['localhost']);
    expect(none.isImplicit('localhost')).toBe(true);
    expect(warnings.at(-1)).toContain('provided hosts list is empty, only localhost is available');
  });
});
