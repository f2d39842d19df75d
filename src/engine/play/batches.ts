import { ToaError } from '../../base/errors.ts';
import type { Value } from '../../base/value.ts';
import type { Span } from '../../base/span.ts';

function batchSize(value: Value, total: number, span: Span): number {
  const text = String(value).trim();
  const percent = /^(\d+(?:\.\d+)?)%$/.exec(text);
  if (percent) return Math.max(1, Math.floor((Number(percent[1]) / 100) * total));
  if (/^-?\d+$/.test(text)) return Number(text);
  throw new ToaError('E_PLAY_SERIAL', `serial: ${text} is neither a number nor a percentage`, { span });
}

/**
 * Splits hosts into the batches of `serial` (numbers, percentages of all hosts, or a list of these whose last repeats).
 * See https://docs.ansible.com/ansible-core/2.14/playbook_guide/playbooks_strategies.html
 * @param serial resolved; null or an empty list means one batch
 */
export function serialBatches(hosts: readonly string[], serial: Value | undefined, span: Span): string[][] {
  const sizes = serial === undefined || serial === null ? [] : Array.isArray(serial) ? serial : [serial];
  if (hosts.length === 0) return [];
  if (sizes.length === 0) return [[...hosts]];
  const batches: string[][] = [];
  let at = 0;
  while (at < hosts.length) {
    const size = batchSize(sizes[Math.min(batches.length, sizes.length - 1)], hosts.length, span);
    const end = size <= 0 ? hosts.length : at + size;
    batches.push(hosts.slice(at, end));
    at = end;
  }
  return batches;
}

/** Hosts in the order that the play's `order` keyword asks for. */
export function orderedHosts(hosts: readonly string[], order: string | undefined, random: () => number): string[] {
  switch (order) {
    case undefined:
    case '':
    case 'inventory':
      return [...hosts];
    case 'sorted':
      return [...hosts].sort();
    case 'reverse_sorted':
      return [...hosts].sort().reverse();
    case 'reverse_inventory':
      return [...hosts].reverse();
    case 'shuffle':
      return shuffled(hosts, random);
    default:
      throw new ToaError('E_PLAY_ORDER', `Invalid 'order' specified for inventory hosts: ${order}`, {
        remedy: 'use inventory, sorted, reverse_sorted, reverse_inventory or shuffle',
      });
  }
}

function shuffled(hosts: readonly string[], random: () => number): string[] {
  const out = [...hosts];
  for (let i = out.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [out[i], out[j]] = [out[j], out[i]];
  }
  return out;
}
