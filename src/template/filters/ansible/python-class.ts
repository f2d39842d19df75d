import type { Value } from '../../../base/value.ts';
import { pyType } from '../../python/operations.ts';

/** `str(type(value))`, as it stands in many of Ansible's error messages: `<class 'list'>`. */
export function pyClass(value: Value): string {
  return `<class '${pyType(value)}'>`;
}
