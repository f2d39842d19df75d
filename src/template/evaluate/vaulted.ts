import { VaultText, type Value } from '../../base/value.ts';
import { vaultedAt } from '../python/vaulted.ts';
import type { Expression } from '../syntax/ast.ts';
import { compileExpression } from './expression.ts';
import type { Frame } from './frame.ts';

/** The vault text that an expression's value was decrypted from, or undefined. */
export type VaultOf = (frame: Frame, value: Value) => VaultText | undefined;

const none: VaultOf = () => undefined;

/** For a variable, an attribute or an item: other expressions make new text of what was secret. */
export function compileVaultOf(expression: Expression): VaultOf {
  if (expression.kind === 'name') {
    const { name } = expression;
    return (frame) => frame.render.vaultedVariable(name, frame);
  }
  if (expression.kind !== 'attribute' && expression.kind !== 'item') return none;
  const container = compileExpression(expression.of);
  const key = expression.kind === 'item' ? compileExpression(expression.key) : undefined;
  const name = expression.kind === 'attribute' ? expression.name : '';
  return (frame, value) => vaultedAt(container(frame), key ? key(frame) : name, value);
}
