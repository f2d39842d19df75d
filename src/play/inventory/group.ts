import type { Dict } from '../../base/value.ts';
import type { InventoryGroup, InventoryHost } from '../contract.ts';

/** A host that the inventory may still change. */
export interface MutableHost extends InventoryHost {
  readonly vars: Dict;
  readonly groups: Set<string>;
}

/** A group that the inventory may still change. Depth and order of members are reckoned when asked for. */
export class MutableGroup implements InventoryGroup {
  readonly name: string;
  readonly vars: Dict = new Map();
  readonly hostSet = new Set<string>();
  readonly childSet = new Set<string>();
  readonly parentSet = new Set<string>();
  depth = 0;
  priority = 1;

  constructor(name: string) {
    this.name = name;
  }

  get hosts(): readonly string[] {
    return [...this.hostSet];
  }

  get children(): readonly string[] {
    return [...this.childSet];
  }

  get parents(): readonly string[] {
    return [...this.parentSet];
  }
}

type Groups = ReadonlyMap<string, MutableGroup>;

/** All groups above `name`. */
export function ancestors(groups: Groups, name: string): Set<string> {
  const seen = new Set<string>();
  const open = [...(groups.get(name)?.parentSet ?? [])];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    if (seen.has(at)) continue;
    seen.add(at);
    open.push(...(groups.get(at)?.parentSet ?? []));
  }
  return seen;
}

/** A group and those below it, level by level: Ansible's order of hosts. */
export function descendants(groups: Groups, name: string): string[] {
  const ordered = [name];
  const seen = new Set(ordered);
  for (const at of ordered) {
    for (const child of groups.get(at)?.childSet ?? []) {
      if (seen.has(child)) continue;
      seen.add(child);
      ordered.push(child);
    }
  }
  return ordered;
}

/** Sets each group's depth: the longest way down to it from a group without parents. */
export function setDepths(groups: Groups): void {
  const done = new Set<string>();
  const visit = (group: MutableGroup): number => {
    if (done.has(group.name)) return group.depth;
    done.add(group.name);
    let depth = 0;
    for (const parent of group.parentSet) depth = Math.max(depth, 1 + visit(groups.get(parent) as MutableGroup));
    group.depth = depth;
    return depth;
  };
  for (const group of groups.values()) visit(group);
}
