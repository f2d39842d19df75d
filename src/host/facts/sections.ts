/** The raw answer of facts.sh: lines by section, and the files of the `files` sections by path. */
export class Sections {
  private readonly sections = new Map<string, string[]>();
  private readonly files = new Map<string, string[]>();

  constructor(raw: string) {
    let lines: string[] = [];
    for (const line of raw.split('\n')) {
      if (line.startsWith('== ')) {
        lines = [];
        this.sections.set(line.slice(3), lines);
      } else lines.push(line);
    }
    this.readFiles('files');
  }

  /** `grep -H ''` wrote `path:line`. */
  private readFiles(section: string): void {
    for (const line of this.sections.get(section) ?? []) {
      const colon = line.indexOf(':');
      if (colon < 1 || !line.startsWith('/')) continue;
      const path = line.slice(0, colon);
      const known = this.files.get(path);
      if (known) known.push(line.slice(colon + 1));
      else this.files.set(path, [line.slice(colon + 1)]);
    }
  }

  has(section: string): boolean {
    return this.sections.has(section);
  }

  lines(section: string): string[] {
    const lines = this.sections.get(section) ?? [];
    return lines.at(-1) === '' ? lines.slice(0, -1) : lines;
  }

  /** Lines of a file, or undefined when it does not exist (or is empty). */
  file(path: string): string[] | undefined {
    return this.files.get(path);
  }

  /** The first line of a file, trimmed. */
  first(path: string): string | undefined {
    return this.files.get(path)?.[0]?.trim();
  }

  /** [link, where it leads] of a section that `ls -l` wrote. */
  links(section: string): [string, string][] {
    return this.lines(section).flatMap((line) => {
      const [before, to, ...more] = line.split(' -> ');
      const path = before.slice(before.lastIndexOf(' ') + 1);
      const isLink = path.startsWith('/') && to !== undefined && !/\s/.test(to) && more.length === 0;
      return isLink ? [[path, to] as [string, string]] : [];
    });
  }

  paths(prefix: string): string[] {
    const found: string[] = [];
    for (const path of this.files.keys()) if (path.startsWith(prefix)) found.push(path);
    return found;
  }
}

/** Lines `KEY=value` or `KEY="value"` as in os-release(5). */
export function keyValues(lines: readonly string[] = []): Map<string, string> {
  const out = new Map<string, string>();
  for (const line of lines) {
    const match = /^\s*([A-Za-z_][A-Za-z0-9_]*)=(.*)$/.exec(line);
    if (match) out.set(match[1], match[2].trim().replace(/^(["'])(.*)\1$/, '$2'));
  }
  return out;
}
