import { dumpJson } from '../base/python-json.ts';
import { visible } from '../base/visible.ts';
import type { EngineEvent, Listener } from '../engine/events.ts';

/** What of a result may leave the program: nothing, for no_log tasks (the engine has censored them already). */
function publicForm(event: EngineEvent): Record<string, unknown> {
  const { ...fields } = event as unknown as Record<string, unknown>;
  if (fields['hosts'] instanceof Map) fields['hosts'] = Object.fromEntries(fields['hosts']);
  if (fields['custom'] instanceof Map) fields['custom'] = Object.fromEntries(fields['custom']);
  return fields;
}

/**
 * `--json`: one event a line on standard output, in the order in which they happen. What a terminal would obey is escaped,
 * as JSON allows for every character.
 */
export function jsonEvents(write: (text: string) => void): Listener {
  return (event) => write(`${visible(dumpJson(publicForm(event), { ensureAscii: false, separators: [',', ':'] }))}\n`);
}
