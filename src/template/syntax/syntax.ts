import type { RenderOptions } from '../contract.ts';

/** Delimiters and whitespace rules that a text is read with. */
export interface Syntax {
  readonly variableStart: string;
  readonly variableEnd: string;
  readonly blockStart: string;
  readonly blockEnd: string;
  readonly commentStart: string;
  readonly commentEnd: string;
  readonly trimBlocks: boolean;
  readonly lstripBlocks: boolean;
  readonly keepTrailingNewline: boolean;
  readonly newlineSequence: string;
  /** Backslashes inside strings of `{{ }}` stand for themselves, as Ansible has it in playbooks (not in files). */
  readonly literalBackslashes: boolean;
}

/** Ansible's defaults; `trim_blocks` is on in Ansible, unlike in Jinja2. */
export const DEFAULT_SYNTAX: Syntax = {
  variableStart: '{{',
  variableEnd: '}}',
  blockStart: '{%',
  blockEnd: '%}',
  commentStart: '{#',
  commentEnd: '#}',
  trimBlocks: true,
  lstripBlocks: false,
  keepTrailingNewline: false,
  newlineSequence: '\n',
  literalBackslashes: true,
};

const SYNTAX_OPTIONS = [
  'variableStart',
  'variableEnd',
  'blockStart',
  'blockEnd',
  'commentStart',
  'commentEnd',
  'trimBlocks',
  'lstripBlocks',
  'keepTrailingNewline',
  'newlineSequence',
] as const;

/** The syntax that `options` ask for; the shared default object when they ask for nothing. */
export function syntaxOf(options: RenderOptions | undefined): Syntax {
  if (options === undefined) return DEFAULT_SYNTAX;
  const changed: Record<string, unknown> = {};
  for (const name of SYNTAX_OPTIONS) if (options[name] !== undefined) changed[name] = options[name];
  if (options.escapeBackslashes === false) changed.literalBackslashes = false;
  return Object.keys(changed).length === 0 ? DEFAULT_SYNTAX : { ...DEFAULT_SYNTAX, ...changed };
}

/** True when the text may hold something to render. */
export function mayHoldTemplate(source: string, syntax: Syntax): boolean {
  return (
    source.includes(syntax.variableStart) || source.includes(syntax.blockStart) || source.includes(syntax.commentStart)
  );
}
