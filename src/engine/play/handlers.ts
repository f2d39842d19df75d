import { didYouMean, ToaError } from '../../base/errors.ts';
import type { Value } from '../../base/value.ts';
import type { Node, Play, Task } from '../../play/plan.ts';
import type { Span } from '../../base/span.ts';

/** Renders a handler's name or topic with the play's variables; undefined when it needs a host's. */
export type RenderForPlay = (value: Value, handler: Task) => Value | undefined;

function flattened(nodes: readonly Node[]): Task[] {
  return nodes.flatMap((node) => (node.kind === 'task' ? [node] : flattened(node.tasks)));
}

/**
 * The handlers of a play and who notified them. Handlers run in the order of definition: those of roles, then the
 * play's own, then those that include_role brought. Of several with one name that of the last role or the play counts, and there the first.
 * See https://docs.ansible.com/ansible-core/2.14/playbook_guide/playbooks_handlers.html
 */
export class Handlers {
  private readonly tasks: Task[];
  private readonly notified = new Map<Task, Set<string>>();
  private readonly names = new Map<Task, Set<string>>();
  private readonly topics = new Map<Task, Set<string>>();
  private readonly render: RenderForPlay;

  constructor(play: Play, render: RenderForPlay) {
    const all = flattened(play.handlers);
    this.tasks = [...all.filter((task) => task.role), ...all.filter((task) => !task.role)];
    this.render = render;
  }

  /** A snapshot for one round of handlers. */
  get list(): readonly Task[] {
    return [...this.tasks];
  }

  /** Handlers of a role that came by include_role. */
  add(nodes: readonly Node[]): void {
    this.tasks.push(...flattened(nodes).filter((task) => !this.tasks.includes(task)));
  }

  isNotified(handler: Node, host: string): boolean {
    return handler.kind === 'task' && (this.notified.get(handler)?.has(host) ?? false);
  }

  /** The handler has run on the host. */
  done(handler: Task, host: string): void {
    this.notified.get(handler)?.delete(host);
  }

  /**
   * Marks the handler of that name, and those that listen to it, for the host.
   * @returns the names of the handlers that were not marked before
   * @throws ToaError E_HANDLER_UNKNOWN when there is none
   */
  notify(name: string, host: string, span: Span): string[] {
    const found = this.reached(name);
    if (found.length === 0) throw this.unknown(name, span);
    return found.filter((task) => this.mark(task, host)).map((task) => [...this.namesOf(task)][0] ?? name);
  }

  /** The handlers that a notification of that name reaches. */
  reached(name: string): Task[] {
    const named = this.named(name);
    const listening = this.tasks.filter((task) => this.topicsOf(task).has(name));
    return named ? [named, ...listening.filter((task) => task !== named)] : listening;
  }

  /** The first of that name in the last role (or the play) that has one. */
  private named(name: string): Task | undefined {
    let found: Task | undefined;
    for (const task of this.tasks.toReversed()) {
      if (found && task.role !== found.role) break;
      if (this.namesOf(task).has(name)) found = task;
    }
    return found;
  }

  /** Whether a notification of that name reaches a handler. */
  knows(name: string): boolean {
    return this.named(name) !== undefined || this.tasks.some((task) => this.topicsOf(task).has(name));
  }

  private mark(handler: Task, host: string): boolean {
    let hosts = this.notified.get(handler);
    if (!hosts) this.notified.set(handler, (hosts = new Set()));
    if (hosts.has(host)) return false;
    hosts.add(host);
    return true;
  }

  private unknown(name: string, span: Span): ToaError {
    const known = this.tasks.flatMap((task) => [...this.namesOf(task), ...this.topicsOf(task)]);
    return new ToaError(
      'E_HANDLER_UNKNOWN',
      `The requested handler '${name}' was not found in either the main handlers list nor in the listening handlers list`,
      { span, remedy: `define it under handlers:, or correct the name in notify:.${didYouMean(name, known)}` },
    );
  }

  private namesOf(handler: Task): ReadonlySet<string> {
    const known = this.names.get(handler);
    if (known) return known;
    const rendered = handler.name === undefined ? undefined : this.render(handler.name, handler);
    const name = rendered === undefined || rendered === null ? undefined : String(rendered);
    const names = new Set(name === undefined ? [] : handler.role ? [name, `${handler.role.name} : ${name}`] : [name]);
    if (rendered !== undefined || handler.name === undefined) this.names.set(handler, names);
    return names;
  }

  private topicsOf(handler: Task): ReadonlySet<string> {
    const known = this.topics.get(handler);
    if (known) return known;
    const topics = (handler.listen ?? []).map((topic) => this.render(topic, handler)).flat();
    const texts = new Set(topics.filter((topic) => topic !== undefined && topic !== null).map(String));
    this.topics.set(handler, texts);
    return texts;
  }
}
