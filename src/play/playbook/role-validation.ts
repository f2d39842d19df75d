import { posix } from 'node:path';
import type { Span } from '../../base/span.ts';
import type { Value } from '../../base/value.ts';
import type { Block, RoleRef, Task } from '../plan.ts';
import type { Loading } from './loading.ts';

/** The task that checks a role's arguments, which Ansible puts before the role's own. */
export function validationTask(
  role: RoleRef,
  use: { entryPoint: string; span: Span; parent: Block },
  loading: Loading,
): Task[] {
  const { span, parent } = use;
  const entryPoint = use.entryPoint.replace(/\.(?:ya?ml|json)$/, '');
  const spec = role.argumentSpecs?.get(entryPoint);
  if (!(spec instanceof Map)) return [];
  const verb = loading.context.verbs.canonical('ansible.builtin.validate_argument_spec');
  if (verb === undefined) {
    loading.context.sources.warn(`the arguments of role ${role.name} are not checked against its argument_specs`);
    return [];
  }
  const about = { type: 'role', name: role.name, argument_spec_name: entryPoint, path: role.path };
  const description = spec.get('short_description');
  return [
    {
      kind: 'task',
      id: loading.context.nextId(),
      name: `Validating arguments against arg spec '${entryPoint}'${description ? ` - ${String(description)}` : ''}`,
      span,
      parent,
      role,
      action: verb,
      actionAsWritten: 'ansible.builtin.validate_argument_spec',
      actionSpan: span,
      args: new Map<Value, Value>([
        ['argument_spec', spec.get('options') ?? new Map()],
        ['provided_arguments', role.params as Value],
        ['validate_args_context', new Map<Value, Value>(Object.entries(about))],
      ]),
      argSpans: new Map(),
      tags: ['always'],
      isHandler: false,
      folder: posix.join(role.path, 'tasks'),
    },
  ];
}
