import { createHash, randomBytes } from 'node:crypto';
import { parseHostJson } from '../../base/host-text.ts';
import { TemplateText, type Value } from '../../base/value.ts';
import type { Shell } from '../../host/contract.ts';
import type { Play, Task } from '../../play/plan.ts';
import { isSealOf, seal } from '../seal.ts';
import type { Handlers } from './handlers.ts';

/** What a task that may notify came to; `unknown` where no answer says so. */
export type Came = 'changed' | 'unchanged' | 'unknown';

/** A line on a host: these handlers are to run, or may have to. */
interface Entry {
  readonly id: string;
  readonly shell: Shell;
  readonly names: readonly string[];
  /** How many of the play's own flushes the host had passed. */
  readonly section: number;
  /** Of an earlier run, which did not come to the flush. */
  readonly isEarlier: boolean;
  /** Written by this controller's user. */
  readonly isSealed: boolean;
  /** Tasks of this run that may bring it about and are not done. */
  readonly tasks: Set<Task>;
  /** Names of an earlier run that nothing has taken up yet. */
  readonly left: Set<string>;
  /** Handlers that are notified because of it and have not run. */
  readonly waiting: Set<Task>;
}

const ENTRY = /^\+([0-9a-f]{16}) (\[.*\]) ([0-9a-f]{64})$/;
const DROPPED = /^-([0-9a-f]{16})$/;
/** Of an earlier run; more are none of ours. */
const MOST_ENTRIES = 1000;

/** What the file says, templates too, as text: a list of hosts may hold some. */
function raw(value: Value | undefined): string {
  const plain = (_: string, part: unknown): unknown => {
    if (part instanceof TemplateText) return part.source;
    return typeof part === 'bigint' ? String(part) : part instanceof Map ? [...part] : part;
  };
  return JSON.stringify(value ?? null, plain);
}

/** The name of a host's notes: one for each play of a file. */
export function notesName(play: Play, host: string): string {
  const text = JSON.stringify([play.file, raw(play.name), raw(play.hosts), host]);
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}

/** Notified handlers of one host in one play, kept on the host until they have run. */
export class PendingHandlers {
  private readonly name: string;
  private readonly handlers: Handlers;
  private readonly entries = new Set<Entry>();
  private readonly learned = new Map<Shell, Promise<void>>();
  /** Shells on whose hosts there are notes of ours. */
  private readonly noted = new Set<Shell>();
  /** Where tasks ran. */
  private readonly places = new Map<Task, Set<Shell>>();
  private section = 0;

  constructor(play: Play, host: string, handlers: Handlers) {
    this.name = notesName(play, host);
    this.handlers = handlers;
  }

  /** Takes in what earlier runs noted; it came with the first answer of the shell. */
  learn(shell: Shell): Promise<void> {
    let known = this.learned.get(shell);
    if (!known) {
      known = this.readFrom(shell);
      this.learned.set(shell, known);
    }
    return known;
  }

  private async readFrom(shell: Shell): Promise<void> {
    const notes = await shell.notes?.().catch(() => undefined);
    this.read(shell, notes?.get(this.name));
  }

  private read(shell: Shell, lines: readonly string[] | undefined): void {
    if (!lines) return;
    this.noted.add(shell);
    const dropped = new Set(lines.flatMap((line) => DROPPED.exec(line)?.[1] ?? []));
    for (const line of lines.slice(0, MOST_ENTRIES)) {
      const entry = this.entryOf(shell, line);
      if (entry && !dropped.has(entry.id)) this.entries.add(entry);
    }
  }

  /** What a line of the host says, if it is one of ours in form; whose it is, its seal tells. */
  private entryOf(shell: Shell, line: string): Entry | undefined {
    const [, id, text, said] = ENTRY.exec(line) ?? [];
    if (id === undefined || [...this.entries].some((one) => one.id === id)) return undefined;
    try {
      const [section, ...names] = parseHostJson(text) as unknown[];
      if (typeof section !== 'number' || !names.every((name): name is string => typeof name === 'string'))
        return undefined;
      const isSealed = isSealOf(said, this.sealedText(text));
      const state = { tasks: new Set<Task>(), left: new Set(names), waiting: new Set<Task>() };
      return { id, shell, names, section, isEarlier: true, isSealed, ...state };
    } catch {
      return undefined;
    }
  }

  private sealedText(text: string): string {
    return JSON.stringify(['handlers', this.name, text]);
  }

  /** A task that notifies these handlers when it changes something is about to be run in a shell. */
  begin(task: Task, shell: Shell, names: readonly string[]): void {
    const places = this.places.get(task) ?? new Set();
    this.places.set(task, places.add(shell));
    const entry = this.entryFor(shell, names) ?? this.write(shell, names);
    entry.tasks.add(task);
  }

  private entryFor(shell: Shell, names: readonly string[]): Entry | undefined {
    const wanted = names.join('\0');
    return [...this.entries].find(
      (one) => one.shell === shell && one.section === this.section && one.names.join('\0') === wanted,
    );
  }

  private write(shell: Shell, names: readonly string[]): Entry {
    const id = randomBytes(8).toString('hex');
    const text = JSON.stringify([this.section, ...names]);
    shell.note?.(this.name, `+${id} ${text} ${seal(this.sealedText(text))}`);
    this.noted.add(shell);
    const state = { tasks: new Set<Task>(), left: new Set<string>(), waiting: new Set<Task>() };
    const entry = { id, shell, names, section: this.section, isEarlier: false, isSealed: true, ...state };
    this.entries.add(entry);
    return entry;
  }

  /** The task is done on the host; what it notifies is notified already. */
  done(task: Task, came: Came): void {
    for (const entry of this.entries) {
      if (!entry.tasks.has(task)) continue;
      // what may have been done is left for the next run to see to
      if (came === 'unknown') this.entries.delete(entry);
      entry.tasks.delete(task);
      if (came === 'changed') for (const name of entry.names) this.await(entry, name);
      this.dropIfOver(entry);
    }
    this.places.delete(task);
  }

  private await(entry: Entry, name: string): void {
    entry.left.delete(name);
    for (const handler of this.handlers.reached(name)) entry.waiting.add(handler);
  }

  /**
   * Whether an earlier run left this handler to be run, as a task that went well and would notify it now tells. The host
   * could as well have said that the task changed something.
   */
  isLeft(task: Task, name: string): boolean {
    const places = this.places.get(task);
    const found = [...this.entries].filter(
      (one) => one.left.has(name) && (one.isSealed || (places?.has(one.shell) ?? false)),
    );
    for (const entry of found) this.await(entry, name);
    return found.length > 0;
  }

  /**
   * The host is at a flush of the play's own: names that an earlier run left in the part of the play before it, and that
   * no task has taken up since. Only what this controller's user wrote counts here.
   */
  takeLeft(): string[] {
    const names = new Set<string>();
    for (const entry of this.entries) {
      if (!entry.isSealed || entry.section > this.section) continue;
      for (const name of entry.left) {
        if (!this.handlers.knows(name)) continue;
        names.add(name);
        this.await(entry, name);
      }
    }
    this.section++;
    return [...names];
  }

  /** A handler has run on the host and did not fail. */
  ran(handler: Task): void {
    for (const entry of this.entries) if (entry.waiting.delete(handler)) this.dropIfOver(entry);
  }

  private dropIfOver(entry: Entry): void {
    const { tasks, left, waiting, shell, id } = entry;
    if (tasks.size + left.size + waiting.size > 0 || !this.entries.delete(entry)) return;
    shell.note?.(this.name, `-${id}`);
  }

  /** The play ends for the host without its handlers, because it says so. */
  forget(): void {
    for (const entry of this.entries) {
      for (const kept of [entry.tasks, entry.left, entry.waiting]) kept.clear();
      this.dropIfOver(entry);
    }
  }

  /**
   * The play is over: notes that hold nothing any more go.
   * @param isWell it did not fail on the host, so that handlers which failed and were rescued have had their turn
   */
  end(isWell: boolean): void {
    if (isWell) {
      for (const entry of this.entries) {
        entry.waiting.clear();
        this.dropIfOver(entry);
      }
    }
    for (const shell of this.noted) {
      if (![...this.entries].some((entry) => entry.shell === shell)) shell.note?.(this.name);
    }
  }
}
