import { randomInt } from 'node:crypto';
import { failure, type ModuleResult } from '../../base/result.ts';
import type { Call, CallResult } from '../../host/contract.ts';
import {
  type DetachedJob,
  type EndedCall,
  forgetDetached,
  lookForDetached,
  readDetached,
  startDetached,
} from '../../host/index.ts';
import type { Verb } from '../../verb/verb.ts';
import { answerOf, plainAnswer } from './answer.ts';
import type { VerbContext } from './context.ts';
import { sealed, unsealed } from './job-seal.ts';
import type { TaskScope } from './scope.ts';

/** The same context with another way to call. */
function withCall(context: VerbContext, call: (given: Call) => Promise<CallResult>): VerbContext {
  return Object.assign(Object.create(context) as VerbContext, { call });
}

/**
 * Starts a verb's call on the host in a process of its own, which goes on when this run is over, as Ansible's
 * `poll: 0` does. https://docs.ansible.com/ansible-core/2.14/playbook_guide/playbooks_async.html
 * @returns the result of the start; or the verb's own, when it ends before it calls (wrong arguments)
 */
export async function startJob(
  verb: Verb,
  args: unknown,
  context: VerbContext,
  seconds: number,
): Promise<ModuleResult> {
  const id = `j${randomInt(1_000_000_000_000)}.${process.pid}`;
  const about = sealed({ id, host: context.host, verb: verb.name, args });
  return new Promise<ModuleResult>((done, failed) => {
    const start = async (call: Call): Promise<CallResult> => {
      const { rc, stdout, stderr } = await context.call(startDetached(call, id, seconds, about));
      const file = stdout.trimEnd();
      if (rc !== 0) done(failure(`could not create directory: ${stderr.trim()}`));
      else done({ started: 1, finished: 0, ansible_job_id: id, results_file: file, changed: true });
      // the answer comes with async_status: this run of the verb ends here
      return new Promise<never>(() => undefined);
    };
    verb
      .run(
        args,
        withCall(context, (call) => start(call).catch(failed) as Promise<CallResult>),
      )
      .then(done, failed);
  });
}

/** What async_status says of a job on the host, whichever run started it. */
export async function statusOnHost(
  at: TaskScope,
  id: string,
  mode: string,
  context: VerbContext,
): Promise<ModuleResult> {
  const job = { ansible_job_id: id, stdout: '', stderr: '' };
  if (!/^[\w.-]+$/.test(id)) return failure(`'${id}' is not the id of a job`, job);
  const found = readDetached(await context.call(mode === 'cleanup' ? forgetDetached(id) : lookForDetached(id)));
  if (found.state === 'none') return failure('could not find job', { ...job, started: 1, finished: 1 });
  if (mode === 'cleanup') return { ...job, started: 0, finished: 0, erased: found.file, changed: false };
  const known = { results_file: found.file, started: 1, finished: found.state === 'running' ? 0 : 1 };
  return { ...job, ...(await resultOf(found, id, at, context)), ...known, ansible_job_id: id };
}

async function resultOf(
  job: Exclude<DetachedJob, { state: 'none' }>,
  id: string,
  at: TaskScope,
  context: VerbContext,
): Promise<ModuleResult> {
  switch (job.state) {
    case 'running':
      return { changed: false };
    case 'lost':
      return failure('the job ended without a result: it was killed, or the host went down');
    case 'foreign':
      return ofAnsible(job.text);
    default:
      return job.call.answer.timedOut ? failure('Timeout exceeded') : replayed(job.call, id, at, context);
  }
}

/**
 * The verb's own reading of the answer, with the arguments that this controller signed: a host that could choose them
 * would have files of the controller's read and written. Of any other job only what it printed is told.
 */
async function replayed(call: EndedCall, id: string, at: TaskScope, context: VerbContext): Promise<ModuleResult> {
  const { rc, stdout, stderr } = call.answer;
  const job = unsealed(call.about, id, at.host);
  if (!job) return { ...plainAnswer({ rc, stdout, stderr, changed: true }), failed: rc !== 0 };
  const verb = at.play.run.options.verbs.get(job.verb);
  if (!verb) return failure(`the job is of the verb ${job.verb}, which is not known`);
  const { started, ended } = call;
  const result = await verb.run(
    job.args,
    withCall(context, async () => ({ ...call.answer, ran: { started, ended } })),
  );
  return answerOf(verb.name, result);
}

function ofAnsible(text: string): ModuleResult {
  try {
    return plainAnswer(JSON.parse(text));
  } catch {
    return failure(`Could not parse job output: ${text}`);
  }
}
