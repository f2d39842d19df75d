import type { Dict } from '../../base/value.ts';
import type { Block, Play, RoleRef, Task } from '../plan.ts';
import { type Layer, markWritten } from './layers.ts';
import { nodeLayer, playLayer, type PlayHosts } from './magic.ts';
import { nodeLayers, playRoleLayers, type NodeLayers } from './roles.ts';

export interface PlayState {
  readonly published: RoleRef[];
  prompted: Dict;
  roles?: { vars: readonly Layer[]; defaults: readonly Layer[] };
  readonly magic: Layer;
  readonly vars: readonly Layer[];
  /** What vars_files gave each host, and for which version of what is known of it. */
  readonly files: Map<string, { version: number; layers: readonly Dict[] }>;
}

export interface NodeState {
  readonly layers: NodeLayers;
  readonly magic: Layer;
}

/** What plays and their tasks say themselves, the same for all hosts: each made once. */
export class PlayLayers {
  private readonly plays = new WeakMap<Play, PlayState>();
  private readonly nodes = new WeakMap<Task | Block, NodeState>();
  private readonly hosts: () => PlayHosts;

  constructor(hosts: () => PlayHosts) {
    this.hosts = hosts;
  }

  of(play: Play): PlayState {
    let state = this.plays.get(play);
    if (!state) {
      const vars = markWritten(play.vars && play.vars.size > 0 ? [play.vars] : []);
      state = { published: [], prompted: new Map(), magic: playLayer(play, this.hosts), vars, files: new Map() };
      this.plays.set(play, state);
    }
    return state;
  }

  /** Of the roles that all tasks of the play see. */
  roles(play: Play): NonNullable<PlayState['roles']> {
    const state = this.of(play);
    state.roles ??= playRoleLayers([...play.roles.filter((role) => role.isPublic), ...state.published]);
    return state.roles;
  }

  publish(play: Play, role: RoleRef): void {
    const state = this.of(play);
    state.published.push(role);
    state.roles = undefined;
  }

  ofNode(node: Task | Block): NodeState {
    let state = this.nodes.get(node);
    if (!state) {
      state = { layers: nodeLayers(node), magic: nodeLayer(node) };
      this.nodes.set(node, state);
    }
    return state;
  }
}
