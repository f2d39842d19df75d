import { ToaError } from './errors.ts';
import { Translator } from './python-regex-translator.ts';

export interface PythonRegexFlags {
  /** re.I */
  readonly ignorecase?: boolean;
  /** re.M */
  readonly multiline?: boolean;
  /** re.S */
  readonly dotall?: boolean;
  /** re.X */
  readonly verbose?: boolean;
}

const compiled = new Map<string, RegExp>();
const CACHE_SIZE = 500;

/**
 * Compiles a regular expression written for Python's `re` (https://docs.python.org/3/library/re.html).
 * Python's meaning of `^ $ . \w \d \s \b` is kept, for all of Unicode.
 * @returns a RegExp without flags `g` and `y`; add them by `new RegExp(regex, regex.flags + 'g')`
 * @throws ToaError E_REGEX with Python's text; also for what JavaScript cannot do (atomic and conditional groups,
 * possessive quantifiers)
 */
export function pythonRegex(pattern: string, flags: PythonRegexFlags = {}): RegExp {
  const letters = [flags.ignorecase && 'i', flags.multiline && 'm', flags.dotall && 's', flags.verbose && 'x'];
  const key = `${letters.filter(Boolean).join('')}/${pattern}`;
  const known = compiled.get(key);
  if (known) return known;
  const translator = new Translator(pattern, {
    i: flags.ignorecase ?? false,
    m: flags.multiline ?? false,
    s: flags.dotall ?? false,
    x: flags.verbose ?? false,
  });
  const source = translator.run();
  const regex = build(pattern, source, translator.global.i ? 'vi' : 'v');
  if (compiled.size >= CACHE_SIZE) compiled.clear();
  compiled.set(key, regex);
  return regex;
}

function build(pattern: string, source: string, flags: string): RegExp {
  try {
    return new RegExp(source, flags);
  } catch (cause) {
    throw new ToaError('E_REGEX', `cannot compile the regular expression ${pattern}: ${(cause as Error).message}`, {
      cause,
    });
  }
}
