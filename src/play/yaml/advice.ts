/** Remedies for the YAML mistakes that people make most in playbooks, recognized by the line itself. */

const QUOTE = 'quote the whole value: a value that starts with {{ reads as a YAML dict unless it stands in quotes';

function quoted(line: string): string {
  const match = /^(\s*(?:- )*(?:[^:'"]+:\s+)?)(\{\{.*)$/.exec(line);
  return match
    ? `${QUOTE}, e.g. ${match[1].trim()} "${match[2].trimEnd().replaceAll('"', "'")}"`.replace(/ {2,}/g, ' ')
    : QUOTE;
}

/** Whether a value on the line starts with an unquoted `{{`. */
function startsWithJinja(line: string): boolean {
  return /(?:^|[:\-,[]\s+|[:\-,[]\s*)\{\{/.test(line) && !/['"]\s*\{\{/.test(line.replace(/#.*/, ''));
}

/** What to do about a syntax error: `line` is where it was found, `before` the line above. */
export function syntaxAdvice(line: string, before: string): string {
  const culprit = [line, before].find(startsWithJinja);
  if (culprit !== undefined) return quoted(culprit);
  if (/^ *\t/.test(line) || /^ *\t/.test(before)) return 'indent with spaces: YAML allows no tab there';
  if (/:\s+(["']).*?\1\s*\S/.test(line)) {
    return 'a value that starts with a quote must end with it: put the whole value in the other kind of quotes';
  }
  if (/^\s*(?:- )?[^\s#'"]+:\s+[^'"|>[{][^#]*:(?:\s|$)/.test(line)) {
    return 'quote the value: a second ": " in an unquoted value starts another dict';
  }
  if (((line.match(/"/g) ?? []).length & 1) === 1 || ((line.match(/'/g) ?? []).length & 1) === 1) {
    return 'check the quotes on this line: one is not closed, or the text in quotes goes on in a line that is not indented';
  }
  return 'check the indentation and the quotes here and on the lines above';
}

/** The remedy for a dict or list used as a key, which is nearly always an unquoted template. */
export function keyAdvice(line: string): string {
  return line.includes('{{') ? quoted(line) : 'use a plain text key';
}
