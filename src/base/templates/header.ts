/** What such a line may set; names as in RenderOptions. */
export interface HeaderOptions {
  trimBlocks?: boolean;
  lstripBlocks?: boolean;
  newlineSequence?: string;
  variableStart?: string;
  variableEnd?: string;
  blockStart?: string;
  blockEnd?: string;
  commentStart?: string;
  commentEnd?: string;
}

type TextOption = Exclude<keyof HeaderOptions, 'trimBlocks' | 'lstripBlocks'>;

const HEADER = /^#jinja2:([^\n]*)\n/;
const LINE_ENDS: Readonly<Record<string, string>> = { '\\n': '\n', '\\r': '\r', '\\r\\n': '\r\n' };
const TEXTS: Readonly<Record<string, TextOption>> = {
  variable_start_string: 'variableStart',
  variable_end_string: 'variableEnd',
  block_start_string: 'blockStart',
  block_end_string: 'blockEnd',
  comment_start_string: 'commentStart',
  comment_end_string: 'commentEnd',
};

/** `\n` and its kin may be written as they are or escaped. */
export function lineEnd(text: string): string {
  return LINE_ENDS[text] ?? text;
}

/**
 * A `#jinja2: trim_blocks: False, ...` line at the top of a template, which overrides what the task or lookup says.
 * @returns the options that it sets, and the text without it
 */
export function templateHeader(source: string): { options: HeaderOptions; body: string } {
  const line = HEADER.exec(source);
  if (!line) return { options: {}, body: source };
  const options: HeaderOptions = {};
  for (const pair of line[1].split(',')) {
    const [name, value = ''] = pair.split(/:(.*)/s).map((part) => part.trim());
    const text = value.replace(/^(['"])(.*)\1$/, '$2');
    if (name === 'trim_blocks') options.trimBlocks = /^(true|yes|1)$/i.test(text);
    else if (name === 'lstrip_blocks') options.lstripBlocks = /^(true|yes|1)$/i.test(text);
    else if (name === 'newline_sequence') options.newlineSequence = lineEnd(text);
    else if (name in TEXTS) options[TEXTS[name]] = text;
  }
  return { options, body: source.slice(line[0].length) };
}
