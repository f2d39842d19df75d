import { TemplateText } from '../../base/value.ts';
import type { Task } from '../../play/plan.ts';
import { pyStr } from '../../template/python/print.ts';
import { matchesGlob } from './glob.ts';

/** Whether `--start-at-task WANTED` means this task: its name, with its role's before it, or a pattern of them. */
export function isNamed(task: Task, wanted: string): boolean {
  const raw = task.name instanceof TemplateText ? task.name.source : task.name === undefined ? '' : pyStr(task.name);
  const names = [raw, task.role ? `${task.role.name} : ${raw || task.actionAsWritten}` : raw || task.actionAsWritten];
  return names.some((name) => name !== '' && (name === wanted || matchesGlob(name, wanted)));
}
