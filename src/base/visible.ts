/**
 * What a terminal, or a reader of a log, would obey instead of show: control characters but tab and newline, those of
 * ISO 6429's second set (C1), and the marks that turn the direction of text (https://trojansource.codes).
 */
// oxlint-disable-next-line no-control-regex -- these are what is looked for
const OBEYED = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

function asEscape(character: string, at: number, text: string): string {
  // the end of a line of Windows'
  if (character === '\r' && text[at + 1] === '\n') return character;
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/**
 * The text with every character that would be obeyed in the form `\u001b`, which also JSON and YAML read as that
 * character. Newline, tab and the return before a newline stay.
 */
export function visible(text: string): string {
  return text.replace(OBEYED, asEscape);
}
