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
import type { VerbContext } from './context.ts';
import type { TaskScope } from './scope.ts';

/** What is kept with a job: who can read its answer. */
interface About {
  readonly verb: string;
  readonly args: unknown;
}

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
  const about = JSON.stringify({ verb: verb.name, args } satisfies About);
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
  return { ...job, ...(await resultOf(found, at, context)), ...known, ansible_job_id: id };
}

async function resultOf(
  job: Exclude<DetachedJob, { state: 'none' }>,
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
      return job.call.answer.timedOut ? failure('Timeout exceeded') : replayed(job.call, at, context);
  }
}

/** The verb's own reading of the answer. */
async function replayed(call: EndedCall, at: TaskScope, context: VerbContext): Promise<ModuleResult> {
  const { verb: name, args } = JSON.parse(call.about) as About;
  const verb = at.play.run.options.verbs.get(name);
  if (!verb) return failure(`the job is of the verb ${name}, which is not known`);
  const { started, ended } = call;
  return verb.run(
    args,
    withCall(context, async () => ({ ...call.answer, ran: { started, ended } })),
  );
}

function ofAnsible(text: string): ModuleResult {
  try {
    return JSON.parse(text) as ModuleResult;
  } catch {
    return failure(`Could not parse job output: ${text}`);
  }
}
