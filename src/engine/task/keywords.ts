import { ToaError } from '../../base/errors.ts';
import type { Span } from '../../base/span.ts';
import { isMapping, type Value } from '../../base/value.ts';
import { pyStr } from '../../template/python/print.ts';
import type { TaskStatics } from '../../play/statics.ts';

export { asBoolean } from '../../verb/names.ts';

/** A keyword that wants a whole number. */
export function asInteger(value: Value | undefined, name: string, span: Span, fallback: number): number {
  if (value === undefined || value === null || value === '') return fallback;
  const number = Number(pyStr(value));
  if (Number.isFinite(number)) return Math.trunc(number);
  throw new ToaError('E_TASK_KEYWORD', `${name}: ${pyStr(value)} is not a number`, { span });
}

export function asText(value: Value | undefined): string | undefined {
  return value === undefined || value === null ? undefined : pyStr(value);
}

type RenderKeyword = (value: Value | undefined) => Promise<Value | undefined>;
/** Merges the layers of `environment`, inner ones winning. Values become text. */
export async function environmentOf(
  { environment }: TaskStatics,
  render: RenderKeyword,
): Promise<Record<string, string>> {
  const out: Record<string, string> = {};
  for (const layer of environment) {
    const value = await render(layer);
    const maps = Array.isArray(value) ? value : [value];
    for (const map of maps) {
      if (!isMapping(map)) continue;
      for (const key of map.keys()) out[pyStr(key)] = asText(map.get(key)) ?? '';
    }
  }
  return out;
}
