/** One field of a .sources file: its name there, and its value as the argument gives it. */
export type Field = readonly [string, string | boolean | readonly string[] | undefined];

/** Texts of several lines stand one blank further in; an empty line is a dot. deb822(5) */
function folded(text: string): string {
  const lines = text.trimEnd().split('\n');
  if (lines.length === 1) return ` ${lines[0]}`;
  return `\n${lines.map((line) => (line.trim() === '' ? ' .' : ` ${line}`)).join('\n')}`;
}

/** The stanza of a repository; fields that are not given are left out. sources.list(5), DEB822-STYLE FORMAT */
export function stanza(fields: readonly Field[]): string {
  return fields
    .filter(([, value]) => value !== undefined && !(Array.isArray(value) && value.length === 0))
    .map(([name, value]) => {
      const text =
        typeof value === 'boolean'
          ? value
            ? 'yes'
            : 'no'
          : typeof value === 'string'
            ? value
            : (value as string[]).join(' ');
      return `${name}:${folded(text)}\n`;
    })
    .join('');
}
