// Made by scripts/generate-verbs.mjs; do not edit.
import type { Verb } from './shared/verb.ts';
import { verb as blockinfile } from './blockinfile/task.ts';
import { verb as copy } from './copy/task.ts';
import { verb as file } from './file/task.ts';
import { verb as lineinfile } from './lineinfile/task.ts';
import { verb as replace } from './replace/task.ts';
import { verb as setup } from './setup/task.ts';
import { verb as stat } from './stat/task.ts';
import { verb as template } from './template/task.ts';
import { verb as toa_ebpf } from './toa_ebpf/task.ts';
import { verb as toa_facts } from './toa_facts/task.ts';
import { verb as toa_verify } from './toa_verify/task.ts';

/** Every verb, by the order of names. */
export const verbs: readonly Verb[] = [
  blockinfile as unknown as Verb,
  copy as unknown as Verb,
  file as unknown as Verb,
  lineinfile as unknown as Verb,
  replace as unknown as Verb,
  setup as unknown as Verb,
  stat as unknown as Verb,
  template as unknown as Verb,
  toa_ebpf as unknown as Verb,
  toa_facts as unknown as Verb,
  toa_verify as unknown as Verb,
];
