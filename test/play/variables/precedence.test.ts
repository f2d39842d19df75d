import { describe, expect, it } from 'vitest';
import { maybeTemplate } from '../../../src/base/template-text.ts';
import { dict, type Dict, type Value } from '../../../src/base/value.ts';
import { nowhere } from '../../../src/base/span.ts';
import type { Block, Play, RoleRef, Task } from '../../../src/play/plan.ts';
import type { Sources } from '../../../src/play/sources.ts';
import { InventoryData } from '../../../src/play/inventory/index.ts';
import {
  createVariables,
  OMIT_TOKEN,
  parseAllExtraVars,
  type VariableStore,
} from '../../../src/play/variables/index.ts';
import { noVault, plainTemplar, runFacts } from './support.ts';

const FILES: Record<string, Dict> = {
  '/play/group_vars/web.yml': dict({ level: 'play group_vars' }),
  '/play/vars/red.yml': dict({ level: 'vars_files', colour: 'red' }),
  '/play/vars/fallback.yml': dict({ colour: 'fallback' }),
};

const sources = {
  kind: (path: string) => {
    if (FILES[path]) return 'file';
    return Object.keys(FILES).some((name) => name.startsWith(`${path}/`)) ? 'directory' : undefined;
  },
  list: (path: string) =>
    Object.keys(FILES)
      .filter((name) => name.startsWith(`${path}/`))
      .map((name) => name.slice(path.length + 1)),
  warn: () => {},
} as unknown as Sources;

const span = nowhere('test');
const text = (source: string): Value => maybeTemplate(source, span);

function role(levels: Partial<RoleRef>): RoleRef {
  return {
    name: 'r',
    path: '/roles/r',
    defaults: new Map(),
    vars: new Map(),
    params: new Map(),
    dependencies: [],
    parents: [],
    isPublic: true,
    handlers: [],
    allowDuplicates: false,
    ...levels,
  };
}

function playOf(own: Partial<Play>): Play {
  return {
    kind: 'play',
    id: 1,
    name: 'P',
    span,
    file: '/play/site.yml',
    folder: '/play',
    hosts: 'web',
    varsFiles: [],
    varsPrompt: [],
    roles: [],
    roleNames: [],
    preTasks: [],
    roleTasks: [],
    tasks: [],
    postTasks: [],
    handlers: [],
    ...own,
  } as Play;
}

function store(extraVars: Dict = new Map()): VariableStore {
  const inventory = new InventoryData();
  inventory.group('web');
  inventory.putHost('h1.lan', 'web');
  inventory.putHost('h2', 'web');
  inventory.setVariable('group', 'all', 'level', 'all');
  inventory.setVariable('host', 'h1.lan', 'flavour', 'red');
  inventory.setVariable('host', 'h2', 'flavour', 'none');
  inventory.reconcile();
  const loadVars = (path: string): Dict => FILES[path];
  return createVariables({ inventory, extraVars, run: runFacts, loadVars, sources, templar: plainTemplar });
}

describe('precedence', () => {
  it('climbs through the levels', () => {
    const variables = store(dict({ top: 'extra' }));
    const theRole = role({ defaults: dict({ level: 'defaults', low: 'defaults' }) });
    const play = playOf({ roles: [theRole] });
    const block = { kind: 'block', id: 1, implicit: false, span, parent: play, tasks: [], rescue: [], always: [] };
    const task = { kind: 'task', id: 2, span, parent: block, role: theRole, action: 'debug' } as unknown as Task;
    const at = (): Value | undefined => variables.scope({ host: 'h1.lan', play, node: task }).lookup('level');
    expect(variables.scope({ host: '', play, node: task }).lookup('level')).toBe('defaults');
    expect(at()).toBe('play group_vars');
    variables.setFacts('h1.lan', dict({ level: 'fact' }));
    expect(at()).toBe('fact');
    variables.setPrompted(play, dict({ level: 'prompt' }));
    expect(at()).toBe('prompt');
    variables.publishRole(play, role({ name: 'public', vars: dict({ level: 'public role' }) }));
    expect(at()).toBe('public role');
    variables.includeVars('h1.lan', dict({ level: 'include_vars' }));
    expect(at()).toBe('include_vars');
    variables.setVars('h1.lan', dict({ level: 'set_fact', top: 'set_fact' }));
    expect(at()).toBe('set_fact');
    const frame = { ...block, implicit: true, includeParams: dict({ level: 'include' }) } as unknown as Block;
    const scope = variables.scope({ host: 'h1.lan', play, node: { ...task, parent: frame } });
    expect([scope.lookup('level'), scope.lookup('top'), scope.lookup('low')]).toEqual(['include', 'extra', 'defaults']);
  });

  it('reads vars_files for each host', () => {
    const variables = store();
    const play = playOf({ varsFiles: [[text('vars/{{ flavour }}.yml'), 'vars/fallback.yml']] });
    expect(variables.scope({ host: 'h1.lan', play }).lookup('colour')).toBe('red');
    expect(variables.scope({ host: 'h2', play }).lookup('colour')).toBe('fallback');
    expect(() => variables.scope({ host: 'h2', play: playOf({ varsFiles: ['gone.yml'] }) })).toThrow(
      'vars file gone.yml was not found',
    );
  });

  it('has magic variables', () => {
    const variables = store();
    const play = playOf({});
    variables.setPlayHosts({ all: ['h1.lan', 'h2'], batch: ['h1.lan'], active: ['h1.lan'] });
    variables.setFacts('h2', dict({ ansible_distribution: 'Debian', ansible_user: 'evil' }));
    const scope = variables.scope({ host: 'h1.lan', play });
    expect(scope.lookup('inventory_hostname_short')).toBe('h1');
    expect(scope.lookup('group_names')).toEqual(['web']);
    expect(scope.lookup('ansible_play_batch')).toEqual(['h1.lan']);
    expect(scope.lookup('omit')).toBe(OMIT_TOKEN);
    const hostvars = scope.lookup('hostvars') as Dict;
    const other = hostvars.get('h2') as Dict;
    expect(other.get('ansible_distribution')).toBe('Debian');
    expect((other.get('ansible_facts') as Dict).get('distribution')).toBe('Debian');
    expect(other.get('ansible_user')).toBeUndefined();
    expect(hostvars.get('nobody')).toBeUndefined();
    expect((scope.lookup('groups') as Dict).get('web')).toEqual(['h1.lan', 'h2']);
  });

  it('reads -e in all forms, the last wins', () => {
    const vars = parseAllExtraVars(
      [`one=cli flag=false spaced='a b' n=5`, '{"inline": {"k": [1, null]}, "three": 3}', 'three=last'],
      { sources, vault: noVault, cwd: '/play' },
    );
    expect(vars).toEqual(
      dict({ one: 'cli', flag: 'false', spaced: 'a b', n: '5', inline: dict({ k: [1, null] }), three: 'last' }),
    );
    expect(() => parseAllExtraVars(['./x.yml'], { sources, vault: noVault, cwd: '/' })).toThrow("with '@'");
  });
});
