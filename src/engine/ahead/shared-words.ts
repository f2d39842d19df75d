import { TemplateText, VaultText, type Value } from '../../base/value.ts';
import { ALL_VARIABLES, LOOKUP_FUNCTIONS, OTHER_FILES } from '../../template/reads.ts';

/**
 * Words of templates that may tell of other hosts: their variables and who is still in the play. Lookups and the parts
 * of other files are among them, because they cannot be looked through.
 */
const SHARED: ReadonlySet<string> = new Set([
  ...ALL_VARIABLES,
  ...LOOKUP_FUNCTIONS,
  ...OTHER_FILES,
  'varnames',
  'play_hosts',
  'ansible_play_hosts',
  'ansible_play_hosts_all',
  'ansible_play_batch',
]);

const WORD = /[A-Za-z_]\w*/g;
/** Longer plain text is no expression. */
const LONGEST_EXPRESSION = 1000;

const known = new WeakMap<object, ReadonlySet<string>>();

/** Whether a word of a template may tell of other hosts. */
export function isShared(word: string): boolean {
  return SHARED.has(word);
}

/**
 * The words of all templates in a value or a part of the plan, of which some are names of variables.
 * @param isExpression plain text counts as well: conditions may come out of it
 */
export function wordsOf(value: unknown, isExpression = false): ReadonlySet<string> {
  if (typeof value === 'string') return new Set(isExpression && value.length < LONGEST_EXPRESSION ? words(value) : []);
  if (typeof value !== 'object' || value === null) return NONE;
  let found = known.get(value);
  if (!found) known.set(value, (found = collect(value)));
  return found;
}

const NONE: ReadonlySet<string> = new Set();

/** The words of a file that is a template as a whole. */
export function wordsOfText(text: string): ReadonlySet<string> {
  return new Set(words(text));
}

function words(text: string): readonly string[] {
  return text.match(WORD) ?? [];
}

function collect(value: object): ReadonlySet<string> {
  if (value instanceof TemplateText) return new Set(words(value.source));
  // its text is not known before it is used
  if (value instanceof VaultText) return SHARED;
  if (Array.isArray(value)) return union((value as Value[]).map((item) => wordsOf(item)));
  if (value instanceof Map) return union([...(value as Map<Value, Value>)].flat().map((item) => wordsOf(item)));
  // a part of the plan, as loop_control
  if (Object.getPrototypeOf(value) === Object.prototype)
    return union(Object.values(value).map((item) => wordsOf(item)));
  return NONE;
}

function union(sets: readonly ReadonlySet<string>[]): ReadonlySet<string> {
  const found = sets.filter((set) => set.size > 0);
  return found.length === 0 ? NONE : new Set(found.flatMap((set) => [...set]));
}
