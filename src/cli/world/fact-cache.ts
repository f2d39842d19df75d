import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ToaError } from '../../base/errors.ts';
import { parseJson } from '../../base/python-json-parse.ts';
import { dumpJson } from '../../base/python-json.ts';
import { type Dict, isMapping } from '../../base/value.ts';
import type { Settings } from '../../play/config/index.ts';
import type { VariableStore } from '../../play/variables/index.ts';
import { makeFolder, removeFile, replaceFile } from './replace-file.ts';

type FactStore = Pick<VariableStore, 'setFacts' | 'factsOf'>;

/** Set by every gathering of facts, not by `set_fact: cacheable`. */
const GATHERED = 'ansible_gather_subset';
const MARK = '_ansible_facts_gathered';

/**
 * Facts of earlier runs: one JSON file a host, as Ansible's cache plugin `jsonfile` writes them
 * (https://docs.ansible.com/ansible-core/2.14/collections/ansible/builtin/jsonfile_cache.html).
 */
export class FactCache {
  private readonly folder: string;
  private readonly prefix: string;
  private readonly timeoutSeconds: number;
  private readonly sums = new Map<string, string>();

  /** @param timeoutSeconds how old facts may be; 0: any age */
  constructor(folder: string, prefix: string, timeoutSeconds: number) {
    this.folder = folder;
    this.prefix = prefix;
    this.timeoutSeconds = timeoutSeconds;
  }

  private path(host: string): string {
    const name = `${this.prefix}${host.replaceAll(/[/\0]/g, '_')}`;
    return join(this.folder, name === '.' || name === '..' ? `_${name}` : name);
  }

  private isFresh(path: string): boolean {
    const found = statSync(path, { throwIfNoEntry: false });
    if (!found) return false;
    return this.timeoutSeconds === 0 || Date.now() - found.mtimeMs <= this.timeoutSeconds * 1000;
  }

  /** Gives the hosts their facts. @returns those that need not be asked again (`gathering = smart`) */
  load(hosts: Iterable<string>, variables: FactStore, warn: (message: string) => void): Set<string> {
    const gathered = new Set<string>();
    for (const host of hosts) {
      const facts = this.read(host, warn);
      if (!facts) continue;
      if (facts.delete(MARK)) gathered.add(host);
      variables.setFacts(host, facts);
      this.sums.set(host, sumOf(variables.factsOf(host)));
    }
    return gathered;
  }

  private read(host: string, warn: (message: string) => void): Dict | undefined {
    const path = this.path(host);
    try {
      if (!this.isFresh(path)) return undefined;
      const facts = parseJson(readFileSync(path, 'utf8'));
      if (isMapping(facts)) return new Map(facts as Dict);
    } catch (error) {
      warn(`the cached facts ${path} cannot be read, and are gathered again: ${(error as Error).message}`);
    }
    return undefined;
  }

  /** Writes what changed; facts that were cleared are removed. @throws ToaError E_FILE_WRITE */
  save(hosts: Iterable<string>, variables: FactStore): void {
    for (const host of hosts) {
      const facts = variables.factsOf(host);
      const sum = sumOf(facts);
      if (sum === this.sums.get(host)) continue;
      if (facts) this.write(host, facts);
      else if (this.sums.has(host)) removeFile(this.path(host));
    }
  }

  private write(host: string, facts: Dict): void {
    if (facts.has(GATHERED)) facts.set(MARK, true);
    // Facts may tell what only the operator should read.
    makeFolder(this.folder, 0o700);
    const text = dumpJson(facts, { sortKeys: true, indent: 4 });
    replaceFile(this.path(host), Buffer.from(text), { durable: false });
  }

  /** Forgets what is known of hosts (`--flush-cache`). @throws ToaError E_FILE_WRITE */
  flush(hosts: Iterable<string>): void {
    for (const host of hosts) removeFile(this.path(host));
  }
}

function sumOf(facts: Dict | undefined): string {
  return facts ? createHash('sha256').update(dumpJson(facts, {})).digest('hex') : '';
}

/**
 * The cache that the configuration asks for; undefined for `memory`, which ends with the run.
 * @throws ToaError E_CONFIG_VALUE when `jsonfile` has no folder
 */
export function factCache(settings: Settings, warn: (message: string) => void): FactCache | undefined {
  const plugin = settings.factCaching.replace(/^ansible\.builtin\./, '');
  if (plugin === 'memory') return undefined;
  if (plugin !== 'jsonfile') {
    warn(`there is no fact cache ${plugin}: facts are kept in memory for this run (use jsonfile)`);
    return undefined;
  }
  const { factCachingConnection: folder, factCachingPrefix: prefix = '', factCachingTimeout: timeout } = settings;
  if (folder) return new FactCache(folder, prefix, timeout);
  throw new ToaError('E_CONFIG_VALUE', 'fact_caching = jsonfile needs fact_caching_connection', {
    remedy: 'set fact_caching_connection to a folder that you may write in',
  });
}
