import type { EngineEvent, EngineEventBody, Listener } from './events.ts';

/** Stamps events with the time since the run began and hands them to the listeners. */
export class Emitter {
  private readonly begun = performance.now();
  private readonly listeners: readonly Listener[];

  constructor(listeners: readonly Listener[]) {
    this.listeners = listeners;
  }

  emit(body: EngineEventBody): void {
    const event = { ...body, at: Math.round(performance.now() - this.begun) } as EngineEvent;
    for (const listener of this.listeners) listener(event);
  }

  warn(message: string): void {
    this.emit({ type: 'warning', message });
  }
}
