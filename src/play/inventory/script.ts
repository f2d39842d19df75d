import { ToaError } from '../../base/errors.ts';
import { parseJson } from '../../base/python-json-parse.ts';
import { nowhere } from '../../base/span.ts';
import { isMapping, type Dict, type Value } from '../../base/value.ts';
import { withTemplates, type Change, type InventoryContext } from './parsing.ts';

const SECTIONS = ['hosts', 'vars', 'children'];

function fail(message: string): never {
  throw new ToaError('E_INVENTORY_SCRIPT', message, {
    remedy: 'run the script by hand with --list; it must print one JSON dictionary and exit with 0',
  });
}

function ask(path: string, args: readonly string[], context: InventoryContext): { stdout: string; stderr: string } {
  let answer: ReturnType<InventoryContext['sources']['run']>;
  try {
    answer = context.sources.run(path, args);
  } catch (error) {
    return fail(`problem running ${[path, ...args].join(' ')} (${(error as Error).message})`);
  }
  if (answer.rc !== 0) fail(`Inventory script (${path}) had an execution error: ${answer.stderr.trim()}`);
  return answer;
}

function parseAnswer(path: string, text: string, stderr: string): Dict {
  let value: Value;
  try {
    value = parseJson(text);
  } catch (error) {
    const reason = `${(error as Error).message}\n${stderr}`.trim();
    return fail(`failed to parse executable inventory script results from ${path}: ${reason}`);
  }
  if (value instanceof Map) return value;
  return fail(`failed to parse executable inventory script results from ${path}: needs to be a json dict\n${stderr}`);
}

interface Groups {
  readonly changes: Change[];
  readonly hosts: Set<string>;
}

function readGroup(name: string, given: Value, span: ReturnType<typeof nowhere>, out: Groups): void {
  let data: Dict = given instanceof Map ? given : new Map([['hosts', given]]);
  if (given instanceof Map && !SECTIONS.some((key) => data.has(key))) {
    data = new Map<Value, Value>([
      ['hosts', [name]],
      ['vars', given],
    ]);
  }
  out.changes.push((inventory) => inventory.group(name));
  const hosts = data.get('hosts') ?? [];
  const vars = data.get('vars') ?? new Map();
  const children = data.get('children') ?? [];
  if (!Array.isArray(hosts)) fail(`You defined a group '${name}' with bad data for the host list`);
  if (!isMapping(vars)) fail(`You defined a group '${name}' with bad data for variables`);
  if (!Array.isArray(children)) fail(`You defined a group '${name}' with bad data for its children`);
  for (const host of hosts.map(String)) {
    out.hosts.add(host);
    out.changes.push((inventory) => inventory.putHost(host, name));
  }
  for (const key of vars.keys()) {
    const value = withTemplates(vars.get(key) as Value, span);
    out.changes.push((inventory) => inventory.setVariable('group', name, key, value));
  }
  for (const child of children.map(String)) {
    out.changes.push((inventory) => inventory.addChild(name, inventory.group(child)));
  }
}

function hostVars(path: string, host: string, known: Value | undefined, context: InventoryContext): Dict {
  if (known !== undefined) {
    if (!isMapping(known)) fail(`Improperly formatted host information for ${host}: hostvars is no dictionary`);
    const own = known.get(host) ?? new Map();
    return own instanceof Map ? own : fail(`Improperly formatted host information for ${host}`);
  }
  const { stdout, stderr } = ask(path, ['--host', host], context);
  return stdout.trim() === '' ? new Map() : parseAnswer(path, stdout, stderr);
}

/**
 * Runs an inventory script with `--list`, and with `--host` for each host when it gives no `_meta`.
 * See https://docs.ansible.com/ansible-core/2.14/dev_guide/developing_inventory.html#inventory-scripts
 * @throws ToaError E_INVENTORY_SCRIPT when it fails or prints no JSON dictionary
 */
export function readScript(path: string, context: InventoryContext): Change[] {
  const { stdout, stderr } = ask(path, ['--list'], context);
  const answer = parseAnswer(path, stdout, stderr);
  const span = nowhere(path);
  const out: Groups = { changes: [], hosts: new Set() };
  let known: Value | undefined;
  for (const [group, data] of answer) {
    if (group !== '_meta') readGroup(String(group), data, span, out);
    else if (isMapping(data)) known = data.get('hostvars');
  }
  for (const host of out.hosts) {
    const vars = hostVars(path, host, known, context);
    out.changes.push((inventory) => {
      for (const [key, value] of vars) inventory.setVariable('host', host, key, withTemplates(value, span));
    });
  }
  if (stderr.trim() !== '') context.sources.warn(stderr.trim());
  return out.changes;
}
