import { TemplateText } from '../../base/value.ts';
import type { Task } from '../../play/plan.ts';
import type { Scope } from '../../template/contract.ts';
import { builtinFor, isInclude } from '../builtins/index.ts';
import type { PlayBatch } from '../play/play-batch.ts';
import { shareTurn } from '../../base/turns.ts';
import { TaskScope } from '../task/scope.ts';
import { staticsOf } from '../../play/statics.ts';
import { isListLookup } from '../../template/reads.ts';
import { inheritedTexts, textsOfTask } from './task-texts.ts';
import { isShared, wordsOf, wordsOfText } from './shared-words.ts';
import { templateFile } from './template-file.ts';

/** Keywords that tie hosts together, or lead to another machine. */
const TYING = [
  'runOnce',
  'anyErrorsFatal',
  'throttle',
  'delegateTo',
  'delegateFacts',
  'connection',
  'port',
  'debugger',
] as const;

/** More are not looked at together: what is kept back stays small. */
const MOST_AHEAD = 32;

/** The words of what cannot be looked through. */
const UNKNOWN: ReadonlySet<string> = new Set(['include']);

/** Those of `tasks`, from the first on, that hosts may go through without waiting for one another as far as they tell themselves. */
export function ownTasks(play: PlayBatch, tasks: readonly Task[], hosts: readonly string[]): readonly Task[] {
  const end = tasks.findIndex((task, index) => index >= MOST_AHEAD || !isOwn(play, task, hosts.length === 1));
  return end < 0 ? tasks : tasks.slice(0, Math.max(1, end));
}

/**
 * How many of `candidates` (`ownTasks`) the hosts may go through without waiting for one another: they touch only their
 * own host, read nothing of other hosts, and what is told of them is the same for all hosts. 1: none beyond the first. For
 * one host it is the tasks whose calls need not wait for one another either (`HostChain`).
 */
export async function countAhead(
  play: PlayBatch,
  candidates: readonly Task[],
  hosts: readonly string[],
): Promise<number> {
  const words = await Promise.all(candidates.map((task) => wordsOfTask(play, task)));
  const plain = words.findIndex((list) => [...list].some(isShared));
  let count = plain < 0 ? candidates.length : plain;
  const addresses = new Set<string>();
  for (const host of hosts) {
    await shareTurn();
    const reader = new Reader(new TaskScope({ play, task: candidates[0], host }).scope);
    const address = machineOf(reader, play);
    if (address === undefined || addresses.has(address)) return 1;
    addresses.add(address);
    if (count < 2) return 1;
    const shared = words.findIndex((list, at) => at < count && reader.leadsToOthers(list));
    if (shared >= 0) count = shared;
  }
  return Math.max(1, count);
}

/** As far as the task itself tells. A host that is alone waits for none, whatever the verb touches. */
function isOwn(play: PlayBatch, task: Task, isAlone: boolean): boolean {
  const verb = play.run.options.verbs.get(task.action);
  if (!verb || verb.exclusive || builtinFor(task.action) || isInclude(task) || task.isHandler) return false;
  if (task.action === 'meta' || verb.beyond.includes('all-hosts')) return false;
  if (!verb.hostLocal && !isAlone) return false;
  const { keywords } = staticsOf(task);
  if (TYING.some((name) => keywords[name as keyof typeof keywords] !== undefined)) return false;
  if (task.async !== undefined || (task.loop && task.loop.kind !== 'loop' && !isListLookup(task.loop.kind)))
    return false;
  // told once for all hosts, when the first of them begins
  if ([task.name, keywords.checkMode, keywords.noLog].some((value) => value instanceof TemplateText)) return false;
  return !setsConnection(task);
}

/** set_fact, registered results and variables of a task that say where a host is. */
function setsConnection(task: Task): boolean {
  const names = [...(task.vars?.keys() ?? [])];
  if (task.register !== undefined) names.push(task.register);
  if (task.action === 'set_fact') {
    if (task.args instanceof TemplateText) return true;
    names.push(...task.args.keys());
  }
  return names.some((name) => name instanceof TemplateText || String(name).startsWith('ansible_'));
}

/** The machine that a host is, as far as its address tells; undefined for the controller itself. */
function machineOf(reader: Reader, play: PlayBatch): string | undefined {
  const { templar } = play.run;
  try {
    const [connection, address, port] = ['ansible_connection', 'ansible_host', 'ansible_port'].map((name) => {
      const raw = reader.scope.lookup(name);
      return raw === undefined || raw === null ? '' : String(templar.resolve(raw, reader.scope));
    });
    return connection === 'local' ? undefined : `${address}:${port}`;
  } catch (error) {
    // also a lookup that would have to be waited for
    if (error instanceof TypeError) throw error;
    return undefined;
  }
}

/** The words of all templates of a task. */
async function wordsOfTask(play: PlayBatch, task: Task): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  for (const { use, value } of [...textsOfTask(task), ...inheritedTexts(task)]) {
    // the text of a variable may become a condition
    const isExpression = use === 'condition' || use === 'variables';
    const parts = value instanceof Map ? [...value].flat(2) : [value].flat();
    for (const part of parts) for (const word of wordsOf(part, isExpression)) found.add(word);
  }
  const verb = play.run.options.verbs.get(task.action);
  if (verb?.beyond.includes('variables')) for (const word of await wordsOfTemplate(play, task)) found.add(word);
  return found;
}

/** The words of a template file; those of a file that cannot be read beforehand are taken for shared. */
async function wordsOfTemplate(play: PlayBatch, task: Task): Promise<ReadonlySet<string>> {
  const text = await templateFile(play.run.options, task);
  return text === undefined ? UNKNOWN : wordsOfText(text);
}

/** Looks through the variables of one host. */
class Reader {
  readonly scope: Scope;
  /** Words that lead to nothing shared. */
  private readonly safe = new Set<string>();

  constructor(scope: Scope) {
    this.scope = scope;
  }

  /** Whether one of the words tells of other hosts, or is a variable whose templates do, and so on. */
  leadsToOthers(words: ReadonlySet<string>): boolean {
    const seen = new Set<string>();
    const left = [...words];
    for (let word = left.pop(); word !== undefined; word = left.pop()) {
      if (this.safe.has(word) || seen.has(word)) continue;
      seen.add(word);
      if (isShared(word)) return true;
      left.push(...this.wordsBehind(word));
    }
    for (const word of seen) this.safe.add(word);
    return false;
  }

  private wordsBehind(name: string): ReadonlySet<string> {
    try {
      return wordsOf(this.scope.lookup(name), true);
    } catch (error) {
      if (error instanceof TypeError) throw error;
      return UNKNOWN;
    }
  }
}
