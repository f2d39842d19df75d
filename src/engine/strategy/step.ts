import type { TaskInfo } from '../events.ts';
import type { PlayBatch } from '../play/play-batch.ts';

/** `--step`: asks before a task. */
export async function isStepTaken(play: PlayBatch, info: TaskInfo, host?: string): Promise<boolean> {
  if (!play.run.isStepping) return true;
  const where = host ? ` on ${host}` : '';
  const question = `Perform task: ${info.name}${where} (N)o/(y)es/(c)ontinue: `;
  const { sources } = play.run.options.context;
  const answer = ((await sources.prompt(question, { secret: false, confirm: false })) ?? '').trim().toLowerCase();
  if (answer === 'c' || answer === 'continue') play.run.isStepping = false;
  return ['y', 'yes', 'c', 'continue'].includes(answer);
}
