import type { ErrorCode } from './generated/error-codes.ts';

/**
 * What a verb answers; Ansible's common return values plus the verb's own.
 * See https://docs.ansible.com/ansible/latest/reference_appendices/common_return_values.html
 */
export interface ModuleResult {
  changed?: boolean;
  failed?: boolean;
  skipped?: boolean;
  unreachable?: boolean;
  msg?: unknown;
  rc?: number;
  stdout?: string;
  stderr?: string;
  /** What would change or did: `before`/`after` texts with headers, or a prepared text. */
  diff?: Diff | Diff[];
  warnings?: string[];
  /** Facts to set for the host, without the `ansible_` prefix removed: keys as Ansible returns them. */
  ansible_facts?: Record<string, unknown> | Map<unknown, unknown>;
  /** Our error code, for docs/errors.md, and what to do; shown under the failed host in the recap. */
  code?: ErrorCode;
  remedy?: string;
  [key: string]: unknown;
}

export type DiffSide = string | Readonly<Record<string, unknown>>;

/** Texts are compared line by line; attributes of a file are shown as JSON. */
export interface Diff {
  before?: DiffSide;
  after?: DiffSide;
  before_header?: string;
  after_header?: string;
  prepared?: string;
}

/** A failed result. `extra` adds the verb's own values. */
export function failure(msg: string, extra: Partial<ModuleResult> = {}): ModuleResult {
  return { failed: true, changed: false, msg, ...extra };
}
