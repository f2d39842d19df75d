import stringWidth from 'string-width';

/**
 * Columns that a text takes on a terminal: two for a Chinese character or an emoji, none for a combining accent.
 * @param text one line
 */
export const widthOf = (text: string): number => stringWidth(text);

/** The text followed by blanks, so that the next column of a table begins at the same place on each line. */
export const padded = (text: string, columns: number): string =>
  text + ' '.repeat(Math.max(0, columns - widthOf(text)));
