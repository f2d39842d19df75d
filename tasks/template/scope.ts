import { hostname, userInfo } from 'node:os';
import { dirname } from 'node:path';
import type { Value } from '../../src/base/value.ts';
import type { Scope } from '../../src/template/contract.ts';
import type { TaskContext } from '../../src/verb/verb.ts';

let controller: { readonly host: string; readonly user: string } | undefined;

/** Asked for once: the user's name is looked up in files. */
function ownNames(): { readonly host: string; readonly user: string } {
  controller ??= { host: hostname(), user: userInfo().username };
  return controller;
}

/** Variables that exist only inside a template file: template_path, template_fullpath, ansible_managed... */
export function templateScope(
  context: TaskContext,
  path: string,
  dest: string,
  stat: { mtimeMs: number } | undefined,
): Scope {
  const { host, user } = ownNames();
  const own = new Map<string, Value>([
    ['ansible_managed', 'Ansible managed'],
    ['template_host', host],
    ['template_uid', user],
    ['template_path', path],
    ['template_fullpath', path],
    ['template_destpath', dest],
    ['template_mtime', stat ? new Date(stat.mtimeMs).toISOString().replace('T', ' ').replace('Z', '') : ''],
    ['template_run_date', new Date().toISOString().replace('T', ' ').replace('Z', '')],
    ['_template_folder', dirname(path)],
  ]);
  return {
    lookup: (name) => own.get(name) ?? context.scope.lookup(name),
    *names() {
      yield* own.keys();
      yield* context.scope.names();
    },
  };
}
