/** Which styles YAML's rules allow for a text. */
export interface Analysis {
  readonly multiline: boolean;
  readonly flowPlain: boolean;
  readonly blockPlain: boolean;
  readonly singleQuoted: boolean;
}

const BREAKS = /[\n\r\u0085\u2028\u2029]/;
const FIRST_INDICATORS = '#,[]{}&*!|>\'"%@`';

export function isBreak(c: string): boolean {
  return BREAKS.test(c);
}

/** What libyaml writes as it is; characters beyond U+FFFF are not among it. */
export function isPrintable(c: string): boolean {
  const code = c.codePointAt(0) as number;
  if (code === 0x0a || (code >= 0x20 && code <= 0x7e) || code === 0x85) return true;
  return (code >= 0xa0 && code <= 0xd7ff) || (code >= 0xe000 && code <= 0xfffd && code !== 0xfeff);
}

function isBlank(c: string | undefined): boolean {
  return c === undefined || c === ' ' || c === '\t' || isBreak(c);
}

interface Indicators {
  flow: boolean;
  block: boolean;
}

function markIndicator(
  found: Indicators,
  c: string,
  isFirst: boolean,
  afterBlank: boolean,
  beforeBlank: boolean,
): void {
  if (isFirst && FIRST_INDICATORS.includes(c)) found.flow = found.block = true;
  else if (isFirst && c === '-' && beforeBlank) found.flow = found.block = true;
  else if (c === '?' || c === ':') {
    found.flow = true;
    if (beforeBlank && (isFirst || c === ':')) found.block = true;
  } else if (!isFirst && ',[]{}'.includes(c)) found.flow = true;
  else if (c === '#' && afterBlank) found.flow = found.block = true;
}

function findIndicators(characters: readonly string[]): Indicators {
  const text = characters.join('');
  const marker = text.startsWith('---') || text.startsWith('...');
  const found = { flow: marker, block: marker };
  characters.forEach((c, i) => {
    markIndicator(found, c, i === 0, i === 0 || isBlank(characters[i - 1]), isBlank(characters[i + 1]));
  });
  return found;
}

/** Decides as libyaml's emitter does which styles can carry the text. */
export function analyze(text: string): Analysis {
  const characters = [...text];
  if (characters.length === 0) return { multiline: false, flowPlain: false, blockPlain: true, singleQuoted: true };
  const multiline = BREAKS.test(text);
  const special = characters.some((c) => !isPrintable(c) && !isBreak(c)) || text.includes('\r');
  const spaceThenBreak = / [\n\r\u0085\u2028\u2029]/.test(text);
  const breakThenSpace = /[\n\r\u0085\u2028\u2029] /.test(text);
  const edges = [characters[0], characters[characters.length - 1]].some((c) => c === ' ' || isBreak(c));
  const indicators = findIndicators(characters);
  const plain = !edges && !multiline && !special && !spaceThenBreak && !breakThenSpace;
  return {
    multiline,
    flowPlain: plain && !indicators.flow,
    blockPlain: plain && !indicators.block,
    singleQuoted: !special && !spaceThenBreak && !breakThenSpace,
  };
}
