/** One list file of apt, by its lines. */
export interface ListFile {
  readonly path: string;
  readonly lines: readonly string[];
}

export function parseLists(text: string): { codename: string; files: ListFile[] } {
  const files: { path: string; lines: string[] }[] = [];
  let codename = '';
  for (const line of text.split('\n')) {
    if (line.startsWith('codename=')) codename = line.slice(9);
    else if (line.startsWith('file=')) files.push({ path: line.slice(5), lines: [] });
    else if (line.startsWith('line=')) files.at(-1)?.lines.push(line.slice(5));
  }
  return { codename, files };
}

/** A source in one form: options in brackets sorted, single blanks, no comment. Undefined for other lines. sources.list(5) */
export function normalSource(line: string): string | undefined {
  const found = /^\s*(deb(?:-src)?)\s+(?:\[([^\]]*)\]\s*)?([^#]*?)\s*(?:#.*)?$/.exec(line);
  if (!found || found[3].trim() === '') return undefined;
  const options = found[2]?.trim().split(/\s+/).filter(Boolean).sort().join(' ');
  return [found[1], ...(options ? [`[${options}]`] : []), ...found[3].trim().split(/\s+/)].join(' ');
}

/** `deb http://x.example/debian stable main` -> `x_example_debian`, as the name of its list. */
export function listName(source: string, filename?: string): string {
  if (filename !== undefined) return filename.startsWith('/') ? filename : `${filename.replace(/\.list$/, '')}.list`;
  const body = source.replace(/\[[^\]]+\]/, '').replace(/\w+:\/\//, '');
  const parts = body.split(/\s+/).filter((part) => !['deb', 'deb-src', 'main', 'contrib', 'non-free'].includes(part));
  // a user name and password in a URL stay out of the name
  const withoutSecret = parts.map((part) => part.replace(/^[^/]*@/, ''));
  return `${withoutSecret
    .join(' ')
    .replace(/[^a-zA-Z0-9]+/g, ' ')
    .trim()
    .replaceAll(' ', '_')}.list`;
}

const isSame = (line: string, source: string): boolean => normalSource(line) === source;

/** Files that change when a source is added: a commented one is taken over, else it goes to the file of its name. */
export function withSource(files: readonly ListFile[], source: string, path: string): ListFile[] {
  if (files.some(({ lines }) => lines.some((line) => isSame(line, source)))) return [];
  for (const { path: at, lines } of files) {
    const off = lines.findIndex((line) => /^\s*#/.test(line) && isSame(line.replace(/^\s*#+\s*/, ''), source));
    if (off >= 0) return [{ path: at, lines: lines.with(off, source) }];
  }
  const existing = files.find((file) => file.path === path);
  return [{ path, lines: [...(existing?.lines ?? []), source] }];
}

/** Files that change when a source is removed; one without lines left is removed itself. */
export function withoutSource(files: readonly ListFile[], source: string): ListFile[] {
  return files
    .filter(({ lines }) => lines.some((line) => isSame(line, source)))
    .map(({ path, lines }) => {
      const left = lines.filter((line) => !isSame(line, source));
      return { path, lines: path !== '/etc/apt/sources.list' && left.every((line) => line.trim() === '') ? [] : left };
    });
}
