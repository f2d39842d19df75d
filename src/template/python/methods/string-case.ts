const LETTER = /\p{L}/u;

/** Python's `str.title`: a letter after anything that is no letter is upper case, every other is lower. */
export function titleCase(text: string): string {
  return text.replace(/\p{L}+/gu, (word) => capitalize(word));
}

export function capitalize(text: string): string {
  const [first = ''] = text;
  return first.toUpperCase() + text.slice(first.length).toLowerCase();
}

export function swapCase(text: string): string {
  return [...text].map((c) => (c === c.toUpperCase() ? c.toLowerCase() : c.toUpperCase())).join('');
}

export function casefold(text: string): string {
  return text.toLowerCase().replaceAll('ß', 'ss').replaceAll('ς', 'σ');
}

function isTitle(text: string): boolean {
  return LETTER.test(text) && titleCase(text) === text;
}

function isCased(text: string, wanted: string): boolean {
  return text === wanted && text.toLowerCase() !== text.toUpperCase();
}

/** Python's `str.is...` methods. */
export const is: Record<string, (text: string) => boolean> = {
  isalnum: (text) => /^[\p{L}\p{N}]+$/u.test(text),
  isalpha: (text) => /^\p{L}+$/u.test(text),
  isascii: (text) => [...text].every((c) => c < '\x80'),
  isdecimal: (text) => /^\p{Nd}+$/u.test(text),
  isdigit: (text) => /^[\p{Nd}\u00b2\u00b3\u00b9\u2070\u2074-\u2079\u2080-\u2089]+$/u.test(text),
  isidentifier: (text) => /^[\p{ID_Start}_]\p{ID_Continue}*$/u.test(text),
  islower: (text) => isCased(text, text.toLowerCase()),
  isnumeric: (text) => /^\p{N}+$/u.test(text),
  isprintable: (text) => !/[\p{C}\p{Zl}\p{Zp}]|(?! )\p{Zs}/u.test(text),
  isspace: (text) => /^\s+$/.test(text),
  istitle: isTitle,
  isupper: (text) => isCased(text, text.toUpperCase()),
};
