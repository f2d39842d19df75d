// Made by scripts/generate-verbs.mjs; do not edit.
import type { Verb } from './shared/verb.ts';
import { verb as setup } from './setup/task.ts';

/** Every verb, by the order of names. */
export const verbs: readonly Verb[] = [setup as unknown as Verb];
