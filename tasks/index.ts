// Made by scripts/generate-verbs.mjs; do not edit.
import type { Verb } from './shared/verb.ts';

/** Every verb, by the order of names. */
export const verbs: readonly Verb[] = [
];
