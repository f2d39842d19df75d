/** Ansible's default colours (https://docs.ansible.com/ansible-core/2.14/reference_appendices/config.html). */
const SGR = {
  ok: '0;32',
  changed: '0;33',
  skip: '0;36',
  error: '0;31',
  unreachable: '1;31',
  warn: '1;35',
  dim: '2',
  bold: '1',
  added: '0;32',
  removed: '0;31',
} as const;

export type Colour = keyof typeof SGR;

/** Paints text, or leaves it plain. */
export type Paint = (colour: Colour, text: string) => string;

export const plain: Paint = (_colour, text) => text;

/** Each line is painted by itself, so that a pager that cuts lines keeps the colour right. */
export const ansi: Paint = (colour, text) =>
  text
    .split('\n')
    .map((line) => `\u001b[${SGR[colour]}m${line}\u001b[0m`)
    .join('\n');
