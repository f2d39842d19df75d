import { ToaError } from '../../base/errors.ts';
import { HASHED, HASHED_WITH_SALT } from '../../template/own-texts.ts';
import { type Dict, type Value } from '../../base/value.ts';
import type { Node, Play, VarsPrompt } from '../../play/plan.ts';
import { pyStr } from '../../template/python/print.ts';
import { orderedHosts, serialBatches } from './batches.ts';
import { compilePlay, gatherTask, isImplicit } from './compile.ts';
import { countTasks } from './count.ts';
import { Cursor } from './cursor.ts';
import { PlayBatch } from './play-batch.ts';
import type { RunState } from '../run-state.ts';
import { settle } from '../../template/settle.ts';
import { runFree } from '../strategy/free.ts';
import { runLinear } from '../strategy/linear.ts';
import { isNamed } from './start-at.ts';
import { filterByTags } from './tags.ts';
import { asBoolean, asText } from '../task/keywords.ts';

/** Codes of one play, as ansible-playbook's. */
const OK = 0;
const FAILED = 2;
const UNREACHABLE = 4;

export interface PlayOutcome {
  /** undefined: no host matched, so that the code of the play before stays. */
  readonly code: number | undefined;
  /** All hosts of a batch are lost: the plays after this one do not run. */
  readonly isLast: boolean;
}

/** One play on all its batches. */
export class PlayRunner {
  private readonly run: RunState;
  private readonly play: Play;

  constructor(run: RunState, play: Play) {
    this.run = run;
    this.play = play;
  }

  async execute(): Promise<PlayOutcome> {
    await this.askPrompts();
    const hosts = await this.hosts();
    this.run.hosts.choose(hosts);
    this.run.claims.expect(this.play, hosts);
    const batches = serialBatches(hosts, await this.keyword(this.play.serial), this.play.span);
    if (batches.length === 0) {
      this.announce([], await this.name(), 0);
      this.run.emitter.emit({ type: 'no-hosts-matched' });
      return { code: undefined, isLast: false };
    }
    return this.batches(hosts, batches);
  }

  private async batches(hosts: readonly string[], batches: readonly string[][]): Promise<PlayOutcome> {
    let lost = this.lost;
    let code = OK;
    let isLast = false;
    for (const batch of batches) {
      const play = new PlayBatch(this.run, this.play, hosts, batch);
      this.announce(
        batch,
        await this.name(),
        countTasks(this.play, (task) => play.isChosenByTags(task)),
      );
      const one = await this.batch(play);
      code = one.code;
      if (one.isBroken) isLast = true;
      if (this.run.isInterrupted || one.isPlayEnded) break;
      const nowLost = this.lost;
      if (nowLost - lost === batch.length) return { code, isLast: true };
      lost = nowLost;
    }
    return { code, isLast };
  }

  /** Hosts that no later batch can do anything with. */
  private get lost(): number {
    return this.run.hosts.failedCount + this.run.hosts.unreachableCount;
  }

  private announce(hosts: readonly string[], name: string, tasks: number): void {
    this.run.emitter.emit({ type: 'play-start', name, hosts: [...hosts], check: this.run.settings.check, tasks });
  }

  private async batch(play: PlayBatch): Promise<{ code: number; isBroken: boolean; isPlayEnded: boolean }> {
    const states = this.run.hosts;
    const carried = states.beginBatch(play.cursors, () => play.tellHosts());
    await this.prepare(play, carried);
    const isBroken = await this.strategy(play);
    play.end();
    states.endBatch();
    const state = states.unreachableCount > 0 ? UNREACHABLE : states.failedCount > 0 ? FAILED : OK;
    return { code: isBroken ? FAILED : state, isBroken, isPlayEnded: play.isPlayEnded };
  }

  /** Gives each host its way through the play. */
  private async prepare(play: PlayBatch, carried: readonly string[]): Promise<void> {
    const { settings, options } = this.run;
    const force = asBoolean((await this.keyword(this.play.forceHandlers)) ?? settings.forceHandlers ?? false);
    const nodes = filterByTags(
      compilePlay(this.play, force, options.context),
      (task) => isImplicit(task) || play.isChosenByTags(task),
    );
    const gather = gatherTask(this.play, options.context.nextId(), settings.gatherSubset);
    const gathering = play.isChosenByTags(gather) && (await this.isGathering());
    for (const host of play.batch) play.cursors.set(host, this.cursorFor(play, host, nodes));
    this.skipToStart(play);
    for (const host of play.batch) {
      const cursor = play.cursor(host);
      if (carried.includes(host)) cursor.end();
      else if (gathering && !cursor.complete && this.needsFacts(host)) cursor.prepend(gather);
    }
  }

  private cursorFor(play: PlayBatch, host: string, nodes: readonly Node[]): Cursor {
    return new Cursor(host, nodes, play.handlers, play.roles);
  }

  private async isGathering(): Promise<boolean> {
    const wanted = await this.keyword(this.play.gatherFacts);
    if (this.run.settings.gathering === 'explicit') return asBoolean(wanted);
    return wanted === undefined || wanted === null || asBoolean(wanted);
  }

  private needsFacts(host: string): boolean {
    return this.run.settings.gathering !== 'smart' || !this.run.gathered.has(host);
  }

  /** --start-at-task: moves all hosts to the first task of that name. */
  private skipToStart(play: PlayBatch): void {
    const { startAtTask } = this.run.settings;
    if (startAtTask === undefined || this.run.isStartFound) return;
    for (const host of play.batch) {
      const cursor = play.cursor(host);
      for (let task = cursor.peek(); task && !isNamed(task, startAtTask); task = cursor.peek()) cursor.take();
      if (cursor.peek()) this.run.isStartFound = true;
    }
  }

  private async strategy(play: PlayBatch): Promise<boolean> {
    const name = (asText(await this.keyword(this.play.strategy)) ?? this.run.settings.strategy ?? 'linear').replace(
      /^ansible\.builtin\./,
      '',
    );
    const most = await this.keyword(this.play.maxFailPercentage);
    if (name === 'free' || name === 'host_pinned') {
      if (most !== undefined) {
        this.run.emitter.warn(
          'Using max_fail_percentage with the free strategy is not supported, as tasks are executed independently on each host',
        );
      }
      await runFree(play, name === 'host_pinned');
      return false;
    }
    if (name === 'linear' || name === 'debug')
      return runLinear(play, most === undefined ? undefined : Number(pyStr(most)));
    throw new ToaError('E_PLAY_STRATEGY', `Invalid play strategy specified: ${name}`, {
      span: this.play.span,
      remedy: 'use linear, free or host_pinned',
    });
  }

  private async hosts(): Promise<string[]> {
    const pattern = await this.keyword(this.play.hosts);
    const matched = this.run.options.select(Array.isArray(pattern) ? pattern.map(pyStr) : pyStr(pattern ?? 'all'));
    return orderedHosts(matched, asText(await this.keyword(this.play.order)), Math.random);
  }

  private async name(): Promise<string> {
    if (this.play.name === undefined || this.play.name === null) {
      const pattern = await this.keyword(this.play.hosts);
      return Array.isArray(pattern) ? pattern.map(pyStr).join(',') : pyStr(pattern ?? '');
    }
    const scope = this.run.options.variables.scope({ host: '', play: this.play });
    const { name } = this.play;
    return pyStr(
      await settle(() => this.run.templar.resolve(name, scope, { convert: false, onUndefined: 'keep' })),
    ).trim();
  }

  /** A keyword of the play, rendered with its variables. */
  private async keyword(value: Value | undefined): Promise<Value | undefined> {
    if (value === undefined || value === null || typeof value !== 'object') return value ?? undefined;
    return settle(() =>
      this.run.templar.resolve(value, this.run.options.variables.scope({ host: '', play: this.play })),
    );
  }

  private async askPrompts(): Promise<void> {
    const answers: Dict = new Map();
    for (const prompt of this.play.varsPrompt) {
      if (!this.run.settings.extraVarNames?.has(prompt.name)) answers.set(prompt.name, await this.ask(prompt));
    }
    if (answers.size > 0) this.run.options.variables.setPrompted(this.play, answers);
  }

  private async ask(prompt: VarsPrompt): Promise<Value> {
    const text = pyStr((await this.keyword(prompt.prompt)) ?? prompt.name);
    const preset = await this.keyword(prompt.default);
    const question = preset === undefined ? `${text}: ` : `${text} [${pyStr(preset)}]: `;
    const options = { secret: prompt.private, confirm: prompt.confirm };
    const answer = await this.run.options.context.sources.prompt(question, options);
    // Without a terminal and a default Ansible has the text None.
    const value = answer === undefined || answer === '' ? (preset ?? answer ?? 'None') : answer;
    const encrypt = asText(await this.keyword(prompt.encrypt));
    return encrypt ? this.hashed(value, encrypt, prompt) : value;
  }

  private async hashed(value: Value, scheme: string, prompt: VarsPrompt): Promise<Value> {
    const salt = await this.keyword(prompt.salt);
    const vars: Dict = new Map([
      ['toa_value', value],
      ['toa_scheme', scheme],
      ['toa_salt', salt ?? null],
    ]);
    const scope = { lookup: (name: string) => vars.get(name), names: () => vars.keys() as Iterable<string> };
    const template = salt === undefined ? HASHED : HASHED_WITH_SALT;
    return settle(() => this.run.templar.resolve(template, scope));
  }
}
