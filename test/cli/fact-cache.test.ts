import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Dict, fromJs } from '../../src/base/value.ts';
import { FactCache } from '../../src/cli/world/fact-cache.ts';
import { HostFacts } from '../../src/play/variables/facts.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'toa-facts-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Facts of hosts, as a run keeps them. */
class Facts {
  readonly hosts = new Map<string, HostFacts>();

  setFacts(host: string, facts: Dict): void {
    const known = this.hosts.get(host) ?? new HostFacts();
    known.add(facts);
    this.hosts.set(host, known);
  }

  factsOf(host: string): Dict | undefined {
    return this.hosts.get(host)?.given();
  }
}

const never = (message: string): void => {
  throw new Error(message);
};
const dict = (value: object): Dict => fromJs(value) as Dict;

function firstRun(place = folder): FactCache {
  const facts = new Facts();
  facts.setFacts('web1', dict({ ansible_distribution: 'Debian', ansible_gather_subset: ['all'], mine: 1 }));
  facts.setFacts('web2', dict({ mine: 2 }));
  const cache = new FactCache(place, 'f_', 3600);
  cache.save(['web1', 'web2', 'web3'], facts);
  return cache;
}

it('gives the next run its facts under their names, and says who was gathered', () => {
  firstRun();
  const facts = new Facts();
  const gathered = new FactCache(folder, 'f_', 3600).load(['web1', 'web2', 'web3'], facts, never);
  expect([...gathered]).toEqual(['web1']);
  expect(facts.hosts.get('web1')?.named.get('distribution')).toBe('Debian');
  expect(facts.hosts.get('web2')?.injected).toEqual(new Map([['mine', 2]]));
  expect(facts.hosts.has('web3')).toBe(false);
  expect(statSync(join(folder, 'f_web1')).mode & 0o777).toBe(0o600);
  expect(JSON.parse(readFileSync(join(folder, 'f_web1'), 'utf8'))).toMatchObject({
    _ansible_facts_gathered: true,
    ansible_distribution: 'Debian',
  });
});

it('leaves files of facts that did not change, removes those that were cleared', () => {
  const cache = firstRun();
  const facts = new Facts();
  cache.load(['web1', 'web2'], facts, never);
  utimesSync(join(folder, 'f_web1'), 1000, 1000);
  facts.hosts.delete('web2');
  cache.save(['web1', 'web2'], facts);
  expect(statSync(join(folder, 'f_web1')).mtimeMs).toBe(1_000_000);
  expect(statSync(join(folder, 'f_web2'), { throwIfNoEntry: false })).toBeUndefined();
});

it('does not believe old or broken files', () => {
  firstRun();
  utimesSync(join(folder, 'f_web1'), 1000, 1000);
  writeFileSync(join(folder, 'f_web2'), '{"mine": ');
  const facts = new Facts();
  const warnings: string[] = [];
  new FactCache(folder, 'f_', 3600).load(['web1', 'web2'], facts, (message) => warnings.push(message));
  expect(facts.hosts.size).toBe(0);
  expect(warnings).toHaveLength(1);
  expect(new FactCache(folder, 'f_', 0).load(['web1'], facts, never).size).toBe(1);
});

it('says that the folder or a file cannot be written, and leaves nothing beside it', () => {
  writeFileSync(join(folder, 'plain'), '');
  mkdirSync(join(folder, 'taken/f_web1'), { recursive: true });
  for (const place of ['plain', 'plain/below', 'taken']) {
    expect(() => firstRun(join(folder, place))).toThrow(
      expect.objectContaining({ code: 'E_FILE_WRITE', message: expect.stringContaining(join(folder, place)) }),
    );
  }
  expect(readdirSync(join(folder, 'taken'))).toEqual(['f_web1']);
});

it('warns of a folder that cannot be read, and says that nothing can be removed there', () => {
  writeFileSync(join(folder, 'plain'), '');
  const cache = new FactCache(join(folder, 'plain'), '', 0);
  const warnings: string[] = [];
  expect(cache.load(['web1'], new Facts(), (message) => warnings.push(message)).size).toBe(0);
  expect(warnings).toEqual([expect.stringContaining('ENOTDIR')]);
  expect(() => cache.flush(['web1'])).toThrow(expect.objectContaining({ code: 'E_FILE_WRITE' }));
});
