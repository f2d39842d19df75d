import { VaultText, type Value } from '../../base/value.ts';

interface Secret {
  readonly plain: Value;
  readonly text: VaultText;
}

/**
 * Which values of which lists and dicts are decrypted vault texts. Templates see plain strings; that they were secret shows
 * in what is written as YAML and in the test `vault_encrypted`.
 */
const vaulted = new WeakMap<object, Map<Value, Secret>>();

/** Whether anything was decrypted at all: most runs have no vault, and need not look. */
let isUsed = false;

/** To be said when a text is decrypted. */
export function noteVaulted(): void {
  isUsed = true;
}

export function hasVaulted(): boolean {
  return isUsed;
}

/** Remembers that the value of `container` at a key or index is decrypted `text`. */
export function markVaulted(container: object, key: Value, plain: Value, text: VaultText): void {
  isUsed = true;
  const known = vaulted.get(container);
  if (known) known.set(key, { plain, text });
  else vaulted.set(container, new Map([[key, { plain, text }]]));
}

/** The vault text that `value`, which stands in `container` at that place, was decrypted from. */
export function vaultedAt(container: Value, key: Value, value: Value): VaultText | undefined {
  if (!isUsed || typeof container !== 'object' || container === null) return undefined;
  const secret = vaulted.get(container)?.get(key);
  return secret?.plain === value ? secret.text : undefined;
}

/** A copy has the same secrets. */
export function copyVaulted(from: object, to: object): void {
  for (const [key, { plain, text }] of (isUsed && vaulted.get(from)) || []) markVaulted(to, key, plain, text);
}
