import { ToaError } from '../../base/errors.ts';
import { failure, type ModuleResult } from '../../base/result.ts';
import type { Value } from '../../base/value.ts';
import type { Verb } from '../../verb/verb.ts';
import { builtinFor, isInclude } from '../builtins/index.ts';
import type { Task } from '../../play/plan.ts';
import type { TaskInfo } from '../events.ts';
import type { RunSettings } from '../options.ts';
import { whenReady } from '../../template/settle.ts';
import { answerOf } from './answer.ts';
import { inBackground, withinTime } from './async.ts';
import { destinationOf } from './destination.ts';
import { startJob } from './detached.ts';
import { ArgRenderer, defaultsFor, validatedArgs } from './args.ts';
import { withRetries } from './attempts.ts';
import { allHold } from './conditions.ts';
import { VerbContext } from './context.ts';
import { resultOfError } from './errors.ts';
import type { LaneSlot } from './lane.ts';
import { asBoolean, asInteger, asText, environmentOf } from './keywords.ts';
import type { ItemOutcome } from './outcome.ts';
import { TaskScope } from './scope.ts';
import type { TaskStatics } from '../../play/statics.ts';

/** Keywords that decide what becomes of a result; rendered after `when`. */
interface Handling {
  ignoreErrors: boolean;
  ignoreUnreachable: boolean;
  noLog: boolean;
  delegateTo?: string;
  delegateFacts: boolean;
}

interface Execution extends Handling {
  check: boolean;
  diff: boolean;
  timeoutSeconds: number;
  asyncSeconds: number;
  pollSeconds: number;
}

const SKIPPED = 'Conditional result was False';

const HANDLING = ['ignoreErrors', 'ignoreUnreachable', 'noLog', 'delegateTo', 'delegateFacts'] as const;
const NO_HANDLING: Handling = { ignoreErrors: false, ignoreUnreachable: false, noLog: false, delegateFacts: false };

/** Without keywords that say how the task runs. */
function isPlain(task: Task, keywords: TaskStatics['keywords']): boolean {
  const { checkMode, diff, timeout } = keywords;
  return [checkMode, diff, timeout, task.async, task.poll].every((value) => value === undefined);
}

function plainExecution(settings: RunSettings): Omit<Execution, keyof Handling> {
  const { check, diff, taskTimeoutSeconds = 0, pollSeconds = 15 } = settings;
  return { check, diff, timeoutSeconds: taskTimeoutSeconds, asyncSeconds: 0, pollSeconds };
}

/** One run of a task's verb on a host: the whole task, or one item of its loop. */
export class VerbRun {
  private readonly at: TaskScope;
  private readonly info: TaskInfo;
  private readonly handling: Handling;
  private readonly warnings: string[] = [];
  private readonly slot?: LaneSlot;
  private isBroken = false;

  /** @param slot for an item whose calls may go out before the items before it are done */
  constructor(at: TaskScope, info: TaskInfo, slot?: LaneSlot) {
    this.at = at;
    this.info = info;
    this.slot = slot;
    this.handling = { ignoreErrors: false, ignoreUnreachable: false, noLog: info.noLog, delegateFacts: false };
  }

  /** @param loopError what went wrong with the loop's list; raised only when `when` does not skip the task */
  async run(loopError?: unknown): Promise<ItemOutcome> {
    const result = await this.resultOf(loopError);
    if (this.warnings.length > 0) result.warnings = [...(result.warnings ?? []), ...this.warnings];
    try {
      return { ...this.handling, result, notify: await this.notifications(result), isBroken: this.isBroken };
    } catch (error) {
      return { ...this.handling, result: resultOfError(error, this.at.task.span), notify: [] };
    }
  }

  private async resultOf(loopError: unknown): Promise<ModuleResult> {
    try {
      if (!(await allHold(this.at.statics.when, this.at))) {
        return { changed: false, skipped: true, skip_reason: SKIPPED };
      }
      if (loopError) throw loopError;
      Object.assign(this.handling, await this.renderHandling());
      if (isInclude(this.at.task)) return { include: true, changed: false };
      return await this.execute(await this.renderExecution());
    } catch (error) {
      this.isBroken = true;
      await this.handlingAfterError();
      return resultOfError(error, this.at.task.span);
    }
  }

  /** An error in `when` or in the loop comes before the keywords are rendered; ignore_errors counts all the same. */
  private async handlingAfterError(): Promise<void> {
    await this.renderHandling().then(
      (handling) => Object.assign(this.handling, handling),
      () => undefined,
    );
  }

  private async renderHandling(): Promise<Handling> {
    const { keywords } = this.at.statics;
    // nearly all tasks have none of these: an await each would be half the cost of a debug task
    if (HANDLING.every((name) => keywords[name] === undefined)) return NO_HANDLING;
    const flag = async (value: Value | undefined): Promise<boolean> => asBoolean(await this.at.render(value));
    return {
      ignoreErrors: await flag(keywords.ignoreErrors),
      ignoreUnreachable: await flag(keywords.ignoreUnreachable),
      noLog: await flag(keywords.noLog),
      delegateTo: await this.delegate(keywords.delegateTo),
      delegateFacts: await flag(keywords.delegateFacts),
    };
  }

  private async delegate(value: Value | undefined): Promise<string | undefined> {
    const rendered = await this.at.render(value);
    if (rendered === undefined || rendered === null || rendered === '') return undefined;
    return rendered === this.at.scope.lookup('omit') ? undefined : asText(rendered);
  }

  private async renderExecution(): Promise<Execution> {
    const { keywords } = this.at.statics;
    const { task } = this.at;
    const { settings } = this.at.play.run;
    if (isPlain(task, keywords)) return { ...this.handling, ...plainExecution(settings) };
    const integer = async (value: Value | undefined, name: string, fallback: number): Promise<number> =>
      value === undefined ? fallback : asInteger(await this.at.render(value), name, task.span, fallback);
    const flag = async (value: Value | undefined, fallback: boolean): Promise<boolean> =>
      value === undefined ? fallback : asBoolean(await this.at.render(value));
    return {
      ...this.handling,
      check: await flag(keywords.checkMode, settings.check),
      diff: await flag(keywords.diff, settings.diff),
      timeoutSeconds: await integer(keywords.timeout, 'timeout', settings.taskTimeoutSeconds ?? 0),
      asyncSeconds: await integer(task.async, 'async', 0),
      pollSeconds: await integer(task.poll, 'poll', settings.pollSeconds ?? 15),
    };
  }

  private async execute(execution: Execution): Promise<ModuleResult> {
    const { task, play } = this.at;
    const builtin = builtinFor(task.action);
    const verb = play.run.options.verbs.get(task.action);
    if (!verb && !builtin)
      throw unknownVerb(task.action, task.actionSpan, play.run.options.context.verbs.adviceFor(task.actionAsWritten));
    if (verb && !builtin && execution.check && verb.check === 'none') {
      return { changed: false, skipped: true, msg: `remote module (${task.action}) does not support check mode` };
    }
    return withRetries(this.at, this.info, () => this.attempt(verb, execution), execution.noLog);
  }

  /** One try: arguments rendered anew, the verb run within its time. */
  private async attempt(verb: Verb | undefined, execution: Execution): Promise<ModuleResult> {
    const given = await this.argumentsFor(verb);
    if ('failed' in given) return given.failed;
    // A signal of its own costs 30 us: only for tasks that may be ended alone.
    const isLimited = execution.asyncSeconds > 0 || execution.timeoutSeconds > 0;
    const abort = new AbortController();
    const whole = this.at.play.run.signal;
    const signal = isLimited ? AbortSignal.any([whole, abort.signal]) : whole;
    const names = execution.check ? [] : await this.mayNotify();
    const context = this.context(this.at, execution, signal, names);
    const work = async (): Promise<ModuleResult> => {
      try {
        if (verb?.exclusive && !execution.check) {
          await this.at.play.run.locks.hold(this.at.host, await context.shell(), signal);
        }
        const builtin = builtinFor(this.at.task.action);
        const result = builtin
          ? await builtin(this.at, given.args as never, context)
          : await verb?.run(given.args, context);
        return result === undefined ? {} : answerOf(this.at.task.action, result);
      } catch (error) {
        return resultOfError(error, this.at.task.span);
      } finally {
        await context.release();
      }
    };
    const { asyncSeconds, pollSeconds, timeoutSeconds, check } = execution;
    if (asyncSeconds > 0 && pollSeconds <= 0 && !check && verb?.detachable) {
      return this.detached(verb, given.args, context, asyncSeconds);
    }
    if (asyncSeconds > 0 && !check) return inBackground(this.at, work, abort, { asyncSeconds, pollSeconds });
    return timeoutSeconds > 0 ? withinTime(work(), abort, timeoutSeconds, this.late(timeoutSeconds)) : work();
  }

  private late(seconds: number): ModuleResult {
    const msg = `The ${this.at.task.action} action failed to execute in the expected time frame (${seconds}) and was terminated`;
    return failure(msg, { code: 'E_TASK_TIMEOUT' });
  }

  private async detached(verb: Verb, args: unknown, context: VerbContext, asyncSeconds: number): Promise<ModuleResult> {
    try {
      return answerOf(verb.name, await startJob(verb, args, context, asyncSeconds));
    } catch (error) {
      return resultOfError(error, this.at.task.span);
    } finally {
      await context.release();
    }
  }

  private async argumentsFor(verb: Verb | undefined): Promise<{ args: unknown } | { failed: ModuleResult }> {
    const { task, play, scope, statics } = this.at;
    const { verbs } = play.run.options.context;
    const names = (name: string): boolean =>
      verbs.canonical(name) === task.action ||
      (task.actionAsWritten === 'gather_facts' && /(^|\.)gather_facts$/.test(name));
    const defaults = await defaultsFor(statics.moduleDefaults, names, (value) => this.at.render(value));
    const rendered = await new ArgRenderer(play.run.templar, scope, task, verb ?? { anyArgs: true }).render(defaults);
    return verb ? validatedArgs(rendered, task, verb) : { args: Object.fromEntries(rendered) };
  }

  private context(at: TaskScope, execution: Execution, signal: AbortSignal, notifies: string[] = []): VerbContext {
    const timeoutMs = execution.timeoutSeconds > 0 ? execution.timeoutSeconds * 1000 : undefined;
    return new VerbContext(at, {
      info: this.info,
      check: execution.check,
      diff: execution.diff,
      noLog: execution.noLog,
      signal,
      timeoutMs,
      environment: () => environmentOf(at.statics, at.render),
      destination: () => whenReady(() => destinationOf(at, execution.delegateTo)),
      forHost: async (host) => this.context(new TaskScope({ play: at.play, task: at.task, host }), execution, signal),
      warnings: this.warnings,
      slot: at === this.at ? this.slot : undefined,
      notifies,
    });
  }

  /** Handlers that the task notifies if it changes something, as far as they are known before; its result may name others. */
  private async mayNotify(): Promise<string[]> {
    const { notify } = this.at.task;
    if (!notify) return [];
    if (notify.every((name) => typeof name === 'string')) return [...notify] as string[];
    return this.names(notify).catch(() => []);
  }

  private async notifications(result: ModuleResult): Promise<string[]> {
    const { notify } = this.at.task;
    if (!notify || result.skipped || result.failed) return [];
    return this.names(notify);
  }

  private async names(notify: readonly Value[]): Promise<string[]> {
    const names: string[] = [];
    for (const one of notify) {
      const value = await this.at.render(one);
      for (const name of Array.isArray(value) ? value : [value])
        if (name !== undefined && name !== null) names.push(String(name));
    }
    return names;
  }
}

function unknownVerb(name: string, span: TaskScope['task']['span'], remedy: string): ToaError {
  return new ToaError('E_VERB_UNKNOWN', `toa-play does not have the module ${name}`, { span, remedy });
}
