import type { EngineEvent, EngineEventBody, Listener } from './events.ts';

/** Stamps events with the time since the run began and hands them to the listeners. */
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
    const event = { ...body, at: Math.round(performance.now() - this.begun) } as EngineEvent;
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
