const MUTATORS = new Set([
  'append',
  'extend',
  'insert',
  'remove',
  'pop',
  'popitem',
  'clear',
  'update',
  'setdefault',
  'sort',
  'reverse',
]);

type AnyNode = { readonly kind?: string; readonly name?: unknown };

/** True when `found` holds for a node of the syntax tree below `node`. */
function some(node: unknown, found: (node: AnyNode) => boolean): boolean {
  if (node === null || typeof node !== 'object') return false;
  if (Array.isArray(node)) return node.some((item) => some(item, found));
  return found(node as AnyNode) || Object.values(node).some((child) => some(child, found));
}

/** True when a method that changes its list or dict is named anywhere. */
export function callsMutator(tree: unknown): boolean {
  return some(tree, ({ kind, name }) => kind === 'attribute' && MUTATORS.has(name as string));
}

/** True when the tree reads the name. */
export function mentions(tree: unknown, wanted: string): boolean {
  return some(tree, ({ kind, name }) => kind === 'name' && name === wanted);
}

/** True when the tree has a node of one of the kinds. */
export function hasKind(tree: unknown, kinds: readonly string[]): boolean {
  return some(tree, ({ kind }) => kind !== undefined && kinds.includes(kind));
}
