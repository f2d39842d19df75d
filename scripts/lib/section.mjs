// A benchmark's part of docs/performance.md.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';

const FILE = resolve(import.meta.dirname, '../../docs/performance.md');

/** Puts a text between <!-- NAME --> and <!-- /NAME -->, at the end when they are not there yet. */
export function writeSection(name, text) {
  const old = existsSync(FILE) ? readFileSync(FILE, 'utf8') : '# Performance\n';
  const marked = `<!-- ${name} -->\n${text}<!-- /${name} -->\n`;
  const found = new RegExp(`<!-- ${name} -->[\\s\\S]*?<!-- /${name} -->\\n`);
  writeFileSync(FILE, found.test(old) ? old.replace(found, () => marked) : `${old.trimEnd()}\n\n${marked}`);
}
