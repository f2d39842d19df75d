import { shellQuote } from '../../base/quote.ts';

const NAME = /^[a-z0-9]{1,64}$/;
const NOTE = /^toa-note ([a-z0-9]{1,64}) (.*)$/;

/** What a shell says of them when it is opened (toa_notes_say), among whatever else is printed. */
export function readNotes(said: string): Map<string, string[]> {
  const notes = new Map<string, string[]>();
  for (const line of said.split('\n')) {
    const [, name, text] = NOTE.exec(line) ?? [];
    if (name === undefined) continue;
    const lines = notes.get(name);
    if (lines) lines.push(text);
    else notes.set(name, [text]);
  }
  return notes;
}

/** Notes for a host that wait for the next thing that is sent to it, so that they cost no round trip. */
export class Notes {
  #unsent = '';

  /** @param line without one, all notes of the name go */
  add(name: string, line?: string): void {
    if (!NAME.test(name)) throw new TypeError(`not a name for notes: ${name}`);
    this.#unsent += line === undefined ? `toa_note_forget ${name}\n` : `toa_note ${name} ${shellQuote(line)}\n`;
  }

  /** Commands for what was noted since the last time. */
  take(): string {
    const unsent = this.#unsent;
    this.#unsent = '';
    return unsent;
  }
}
