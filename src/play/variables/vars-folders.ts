import { posix } from 'node:path';
import type { Dict } from '../../base/value.ts';
import type { Sources } from '../sources.ts';

const ENDINGS = ['', '.yml', '.yaml', '.json'];

/** The `group_vars` and `host_vars` beside inventories and playbooks. Each folder is listed once, each file read once. */
export class VarsFolders {
  private readonly sources: Sources;
  private readonly load: (path: string) => Dict;
  private readonly listings = new Map<string, ReadonlySet<string>>();
  private readonly found = new Map<string, readonly Dict[]>();

  constructor(sources: Sources, load: (path: string) => Dict) {
    this.sources = sources;
    this.load = load;
  }

  /**
   * The files for one group or host, in the order in which later ones win: `name`, `name.yml`, `name.yaml` or
   * `name.json` (the first that exists), or all files below the folder `name`.
   * @param base the folder that holds group_vars and host_vars
   */
  varsFor(base: string, kind: 'group_vars' | 'host_vars', name: string): readonly Dict[] {
    // a name that add_host or an inventory's program gave must not lead to files elsewhere
    if (name.startsWith('/') || name.split('/').includes('..')) return [];
    const folder = posix.join(base, kind);
    const names = this.listing(folder);
    if (names.size === 0) return [];
    const key = posix.join(folder, name);
    const known = this.found.get(key);
    if (known) return known;
    const vars = this.files(folder, name, names)
      .map((path) => this.load(path))
      .filter((each) => each.size > 0);
    this.found.set(key, vars);
    return vars;
  }

  private listing(folder: string): ReadonlySet<string> {
    const known = this.listings.get(folder);
    if (known) return known;
    const kind = this.sources.kind(folder);
    if (kind !== undefined && kind !== 'directory') {
      this.sources.warn(`Found ${posix.basename(folder)} that is not a directory, skipping: ${folder}`);
    }
    const names = new Set(kind === 'directory' ? this.sources.list(folder) : []);
    this.listings.set(folder, names);
    return names;
  }

  private files(folder: string, name: string, names: ReadonlySet<string>): string[] {
    const first = name.split('/')[0];
    if (first !== name && !names.has(first)) return [];
    for (const ending of ENDINGS) {
      if (first === name && !names.has(name + ending)) continue;
      const path = posix.join(folder, name + ending);
      const kind = this.sources.kind(path);
      if (kind === 'directory') return this.below(path);
      if (kind !== undefined) return [path];
    }
    return [];
  }

  private below(folder: string): string[] {
    return this.sources.list(folder).flatMap((name) => {
      if (name.startsWith('.') || name.endsWith('~')) return [];
      const path = posix.join(folder, name);
      const ending = posix.extname(name);
      const kind = this.sources.kind(path);
      if (kind === 'directory') return ending === '' ? this.below(path) : [];
      return kind !== undefined && ENDINGS.includes(ending) ? [path] : [];
    });
  }
}
