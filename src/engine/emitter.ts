import type { ModuleResult } from '../base/result.ts';
import type { EngineEvent, EngineEventBody, Listener } from './events.ts';

const CENSORED = "the output has been hidden due to the fact that 'no_log: true' was specified for this result";

/** What may be shown of the result of a no_log task. */
function censored(result: ModuleResult): ModuleResult {
  const out: ModuleResult = { censored: CENSORED };
  for (const key of ['attempts', 'changed', 'retries']) if (key in result) out[key] = result[key];
  return out;
}

function isSecret(result: ModuleResult): boolean {
  const items = result['results'];
  return result['_ansible_no_log'] === true || (Array.isArray(items) && items.some(isSecretItem));
}

const isSecretItem = (item: unknown): boolean =>
  typeof item === 'object' && item !== null && '_ansible_no_log' in item && item._ansible_no_log === true;

/** The body without what no_log keeps back: the one place where results leave the engine. */
function shown(body: EngineEventBody): object {
  if (!('hidden' in body)) return body;
  const { hidden, ...rest } = body;
  if (rest.type === 'host-progress') return hidden ? { ...rest, text: '' } : rest;
  if (!hidden && !isSecret(rest.result)) return rest;
  const bare = { ...rest, result: censored(rest.result) };
  return 'label' in bare ? { ...bare, label: 'None' } : bare;
}

/** Stamps events with the time since the run began, censors them, and hands them to the listeners. */
export class Emitter {
  private readonly begun = performance.now();
  private readonly listeners: readonly Listener[];
  /** Those that have thrown. */
  private readonly failed = new Set<Listener>();
  /** Takes events that are not to be told yet. */
  private hold: ((event: EngineEvent) => boolean) | undefined;

  constructor(listeners: readonly Listener[]) {
    this.listeners = listeners;
  }

  emit(body: EngineEventBody): void {
    const event = { ...shown(body), at: Math.round(performance.now() - this.begun) } as EngineEvent;
    if (!this.hold?.(event)) this.tell(event);
  }

  /** Hands an event that was held back to the listeners. */
  tell(event: EngineEvent): void {
    for (const listener of this.listeners) {
      try {
        listener(event);
      } catch (error) {
        this.lost(event, listener, error);
      }
    }
  }

  /**
   * A report that cannot take an event (a text too long for it, a full disk) loses that event, and the run goes on: what a
   * host says decides over no other host. Whoever can is told, once for each report.
   */
  private lost({ type, at }: EngineEvent, by: Listener, error: unknown): void {
    if (this.failed.has(by)) return;
    this.failed.add(by);
    const message = `E_REPORT: a report lost an event (${type}): ${error instanceof Error ? error.message : String(error)}`;
    this.tell({ type: 'warning', message, at });
  }

  /** While `work` runs, `hold` decides of each event whether it is kept from the listeners. */
  async holding<T>(hold: (event: EngineEvent) => boolean, work: () => Promise<T>): Promise<T> {
    this.hold = hold;
    try {
      return await work();
    } finally {
      this.hold = undefined;
    }
  }

  warn(message: string): void {
    this.emit({ type: 'warning', message });
  }
}
