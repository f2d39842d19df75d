import type { EngineEvent, EngineEventBody, Listener } from './events.ts';

/** Stamps events with the time since the run began and hands them to the listeners. */
export class Emitter {
  private readonly begun = performance.now();
  private readonly listeners: readonly Listener[];
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
    for (const listener of this.listeners) listener(event);
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
