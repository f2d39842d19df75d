// Made by scripts/generate-verbs.mjs; do not edit.
import type { Verb } from './shared/verb.ts';
import { verb as add_host } from './add_host/task.ts';
import { verb as apt } from './apt/task.ts';
import { verb as assert } from './assert/task.ts';
import { verb as async_status } from './async_status/task.ts';
import { verb as blockinfile } from './blockinfile/task.ts';
import { verb as command } from './command/task.ts';
import { verb as copy } from './copy/task.ts';
import { verb as debug } from './debug/task.ts';
import { verb as dnf } from './dnf/task.ts';
import { verb as fail } from './fail/task.ts';
import { verb as file } from './file/task.ts';
import { verb as group_by } from './group_by/task.ts';
import { verb as include_role } from './include_role/task.ts';
import { verb as include_tasks } from './include_tasks/task.ts';
import { verb as include_vars } from './include_vars/task.ts';
import { verb as lineinfile } from './lineinfile/task.ts';
import { verb as meta } from './meta/task.ts';
import { verb as package } from './package/task.ts';
import { verb as pause } from './pause/task.ts';
import { verb as ping } from './ping/task.ts';
import { verb as raw } from './raw/task.ts';
import { verb as replace } from './replace/task.ts';
import { verb as set_fact } from './set_fact/task.ts';
import { verb as set_stats } from './set_stats/task.ts';
import { verb as setup } from './setup/task.ts';
import { verb as shell } from './shell/task.ts';
import { verb as stat } from './stat/task.ts';
import { verb as template } from './template/task.ts';
import { verb as toa_ebpf } from './toa_ebpf/task.ts';
import { verb as toa_facts } from './toa_facts/task.ts';
import { verb as toa_verify } from './toa_verify/task.ts';
import { verb as validate_argument_spec } from './validate_argument_spec/task.ts';
import { verb as yum } from './yum/task.ts';
import { verb as zypper } from './zypper/task.ts';

/** Every verb, by the order of names. */
export const verbs: readonly Verb[] = [
  add_host as unknown as Verb,
  apt as unknown as Verb,
  assert as unknown as Verb,
  async_status as unknown as Verb,
  blockinfile as unknown as Verb,
  command as unknown as Verb,
  copy as unknown as Verb,
  debug as unknown as Verb,
  dnf as unknown as Verb,
  fail as unknown as Verb,
  file as unknown as Verb,
  group_by as unknown as Verb,
  include_role as unknown as Verb,
  include_tasks as unknown as Verb,
  include_vars as unknown as Verb,
  lineinfile as unknown as Verb,
  meta as unknown as Verb,
  package as unknown as Verb,
  pause as unknown as Verb,
  ping as unknown as Verb,
  raw as unknown as Verb,
  replace as unknown as Verb,
  set_fact as unknown as Verb,
  set_stats as unknown as Verb,
  setup as unknown as Verb,
  shell as unknown as Verb,
  stat as unknown as Verb,
  template as unknown as Verb,
  toa_ebpf as unknown as Verb,
  toa_facts as unknown as Verb,
  toa_verify as unknown as Verb,
  validate_argument_spec as unknown as Verb,
  yum as unknown as Verb,
  zypper as unknown as Verb,
];
