import { randomBytes } from 'node:crypto';
import { visible } from '../base/visible.ts';

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

/** Paints text, or leaves it plain. What it gives is for `shownText`, which makes the colours true. */
export type Paint = (colour: Colour, text: string) => string;

export const plain: Paint = (_colour, text) => text;

/** Stands for the escape character in colours of our own. No host can know it: it is another in each run. */
const OWN = `\u001b${randomBytes(12).toString('hex')}`;
const OWN_COLOUR = new RegExp(`${OWN}(\\[[0-9;]*m)`);

/** Each line is painted by itself, so that a pager that cuts lines keeps the colour right. */
export const ansi: Paint = (colour, text) =>
  text
    .split('\n')
    .map((line) => `${OWN}[${SGR[colour]}m${line}${OWN}[0m`)
    .join('\n');

/**
 * The one form in which text goes to a terminal or a log: everything in it that would be obeyed is made visible, whoever
 * said it; then the colours of `ansi` are put in.
 */
export function shownText(text: string): string {
  if (!text.includes(OWN)) return visible(text);
  // of a split with a group, every second part is the group: a colour
  return text
    .split(OWN_COLOUR)
    .map((part, index) => (index % 2 === 0 ? visible(part) : `\u001b${part}`))
    .join('');
}
