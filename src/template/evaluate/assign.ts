import { Opaque, type Value } from '../../base/value.ts';
import type { Target } from '../syntax/ast.ts';
import { typeError } from '../errors.ts';
import { protocol } from '../python/types.ts';
import type { Frame } from './frame.ts';
import { unpack } from './loop.ts';

export type Assign = (frame: Frame, value: Value) => void;

/** Turns the left side of `set`, `for` and `with` into a function. */
export function compileAssign(target: Target): Assign {
  if (target.kind === 'name') {
    const { name } = target;
    return (frame, value) => void frame.names.set(name, value);
  }
  if (target.kind === 'member') return compileMember(target.name, target.member, target.at);
  const parts = target.items.map(compileAssign);
  const { at } = target;
  return (frame, value) => {
    frame.render.at = at;
    const items = unpack(value, parts.length);
    parts.forEach((assign, index) => assign(frame, items[index]));
  };
}

function compileMember(name: string, member: string, at: number): Assign {
  return (frame, value) => {
    frame.render.at = at;
    const owner = frame.find(name);
    const set = owner instanceof Opaque ? protocol(owner).setAttr : undefined;
    if (set === undefined) throw typeError('cannot assign attribute on non-namespace object');
    set.call(owner, member, value);
  };
}
