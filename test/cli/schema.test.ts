import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { inventorySchema, playbookSchema } from '../../src/cli/about/schema.ts';

const playbook = z.fromJSONSchema(playbookSchema() as never);
const inventory = z.fromJSONSchema(inventorySchema() as never);
const task = (one: object): unknown => [{ hosts: 'all', tasks: [one] }];
const isGood = (schema: z.ZodType, value: unknown): boolean => schema.safeParse(value).success;

describe('the schema of playbooks', () => {
  it.each(readdirSync('playbooks').filter((name) => name.endsWith('.yml')))('takes our own %s', (name) => {
    const read = playbook.safeParse(parse(readFileSync(`playbooks/${name}`, 'utf8')));
    expect(read.success, read.error && z.prettifyError(read.error)).toBe(true);
  });

  it.each([
    ['a template for a choice', { file: { path: '/x', state: '{{ state }}' } }],
    ['free text', { command: 'uname -r' }],
    ['a full name', { 'ansible.builtin.copy': { content: 'a', dest: '/x', mode: 644 } }],
    ['yes for a boolean', { copy: { content: 'a', dest: '/x', force: 'yes' } }],
    ['a module of a collection', { 'community.general.ufw': { state: 'enabled' } }],
    ['a block', { block: [{ ping: null }], rescue: [{ debug: { msg: 'a' } }] }],
  ])('takes %s', (_what, one) => expect(isGood(playbook, task(one))).toBe(true));

  it.each([
    ['a keyword misspelt', { ping: null, wehn: true }],
    ['a verb misspelt', { copyy: { dest: '/x' } }],
    ['an argument misspelt', { copy: { content: 'a', dst: '/x' } }],
    ['a choice that there is not', { file: { path: '/x', state: 'presnet' } }],
    ['the same in a block', { block: [{ file: { path: '/x', state: 'presnet' } }] }],
  ])('refuses %s', (_what, one) => expect(isGood(playbook, task(one))).toBe(false));

  it('refuses a mapping, and a play with a keyword that no play has', () => {
    expect([isGood(playbook, { hosts: 'all' }), isGood(playbook, [{ hosts: 'all', taks: [] }])]).toEqual([
      false,
      false,
    ]);
  });
});

describe('the schema of inventories', () => {
  const web = { hosts: { web1: { ansible_port: 22 }, web2: null }, vars: { toa_strategy: 'ebpf' } };

  it('takes groups with hosts, variables and groups below', () =>
    expect(isGood(inventory, { all: { children: { web } } })).toBe(true));

  it('refuses a key that no group has, and a choice that there is not', () => {
    expect(isGood(inventory, { all: { host: {} } })).toBe(false);
    expect(isGood(inventory, { all: { vars: { toa_strategy: 'fast' } } })).toBe(false);
    expect(isGood(inventory, { all: { hosts: { web1: { ansible_connection: 'telnet' } } } })).toBe(false);
  });
});
