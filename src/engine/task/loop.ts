import { ToaError } from '../../base/errors.ts';
import { TemplateText, type Dict, type Value } from '../../base/value.ts';
import type { Loop } from '../../play/plan.ts';
import { pyStr } from '../../template/python/print.ts';
import { settle } from '../../template/settle.ts';
import { asBoolean, asText } from './keywords.ts';
import { isUndefinedError } from './errors.ts';
import type { TaskScope } from './scope.ts';

/** The items of `loop` or `with_*`, or undefined when the task has no loop. */
export async function loopItems(scope: TaskScope): Promise<Value[] | undefined> {
  const { loop } = scope.task;
  if (!loop) return undefined;
  if (loop.kind !== 'loop') return lookupItems(loop, scope);
  const value = (await scope.render(loop.value)) ?? null;
  if (Array.isArray(value)) return value;
  throw new ToaError(
    'E_LOOP_TYPE',
    `Invalid data passed to 'loop', it requires a list, got this instead: ${pyStr(value)}. Hint: If you passed a list/dict of just one element, try adding wantlist=True to your lookup invocation or use q/query instead of lookup.`,
    { span: loop.span, remedy: 'give loop a list; for a dict use `loop: "{{ name | dict2items }}"`' },
  );
}

async function lookupItems(loop: Loop, scope: TaskScope): Promise<Value[]> {
  const { templar } = scope.play.run;
  const terms = await loopTerms(loop, scope);
  const kwargs: Map<string, Value> =
    loop.kind === 'first_found' ? new Map([['_subdir', folderKind(scope.task.action)]]) : new Map();
  return settle(() => templar.lookup(loop.kind, terms, kwargs, scope.scope));
}

/** In which kind of folder with_first_found looks, by what the task does. */
function folderKind(action: string): string {
  if (action.includes('template')) return 'templates';
  return action.includes('var') ? 'vars' : 'files';
}

/** The terms of a with_ lookup; for first_found those that are undefined are left out. */
async function loopTerms(loop: Loop, scope: TaskScope): Promise<Value[]> {
  if (loop.kind === 'first_found' && Array.isArray(loop.value)) {
    const terms: Value[] = [];
    for (const term of loop.value) {
      try {
        terms.push((await scope.render(term)) ?? null);
      } catch (error) {
        if (!isUndefinedError(error)) throw error;
      }
    }
    return terms;
  }
  const value = (await scope.render(loop.value)) ?? null;
  return Array.isArray(value) ? value : [value];
}

/** loop_control, rendered. */
export interface LoopControls {
  readonly loopVar: string;
  readonly indexVar?: string;
  readonly label?: Value;
  readonly pauseSeconds: number;
  readonly extended: boolean;
  readonly allItems: boolean;
}

export async function loopControls(scope: TaskScope): Promise<LoopControls> {
  const control = scope.task.loopControl;
  return {
    loopVar: asText(await scope.render(control?.loopVar)) ?? 'item',
    indexVar: asText(await scope.render(control?.indexVar)),
    label: control?.label,
    pauseSeconds: Number((await scope.render(control?.pause)) ?? 0),
    extended: asBoolean(await scope.render(control?.extended)),
    allItems: control?.extendedAllitems === undefined || asBoolean(await scope.render(control.extendedAllitems)),
  };
}

function extendedInfo(items: readonly Value[], index: number, allItems: boolean): Dict {
  const length = items.length;
  const info: Dict = new Map<Value, Value>([
    ['index', index + 1],
    ['index0', index],
    ['first', index === 0],
    ['last', index + 1 === length],
    ['length', length],
    ['revindex', length - index],
    ['revindex0', length - index - 1],
  ]);
  if (allItems) info.set('allitems', [...items]);
  if (index + 1 < length) info.set('nextitem', items[index + 1]);
  if (index > 0) info.set('previtem', items[index - 1]);
  return info;
}

/** The variables of one iteration of a loop. */
export function loopVars(items: readonly Value[], index: number, controls: LoopControls): Dict {
  const vars: Dict = new Map<Value, Value>([
    [controls.loopVar, items[index]],
    ['ansible_loop_var', controls.loopVar],
  ]);
  if (controls.indexVar) {
    vars.set(controls.indexVar, index);
    vars.set('ansible_index_var', controls.indexVar);
  }
  if (controls.extended) vars.set('ansible_loop', extendedInfo(items, index, controls.allItems));
  return vars;
}

/** What is shown of an item: `label`, else the item itself. */
export async function itemLabel(scope: TaskScope, controls: LoopControls): Promise<string> {
  const { label } = controls;
  if (label instanceof TemplateText) {
    return pyStr(await settle(() => scope.play.run.templar.resolve(label, scope.scope, { convert: false })));
  }
  return pyStr(label ?? (scope.extra.get(controls.loopVar) as Value));
}
