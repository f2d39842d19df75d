import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../base/package-root.ts';
import { Command } from 'commander';
import { writeOutput } from '../output.ts';
import { ours, parse } from '../parse.ts';

/** In the form of sha256sum, made by scripts/release.d/manifest.mjs. */
export const MANIFEST = 'MANIFEST.sha256';

export interface Checked {
  readonly path: string;
  readonly sum: string;
  readonly state: 'ok' | 'changed' | 'missing';
}

function read(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}

/** What lies inside the one-file program, which nobody can change beside it; undefined where we are none. */
function inside() {
  const sea = process.getBuiltinModule?.('node:sea');
  return sea?.isSea() ? sea : undefined;
}

/** Holds the files below `root` against a list of theirs. */
export function checkFiles(root: string, manifest: string): Checked[] {
  const sea = inside();
  // the program itself is not unpacked
  const bytes = (path: string): Buffer | undefined =>
    sea && path.startsWith('dist/') ? Buffer.from(sea.getRawAsset(path) as ArrayBuffer) : read(join(root, path));
  const lines = [...manifest.matchAll(/^([0-9a-f]{64}) [ *](.+)$/gm)];
  return lines.map(([, sum, path]) => {
    const data = bytes(path);
    if (!data) return { path, sum, state: 'missing' };
    const isSame = createHash('sha256').update(data).digest('hex') === sum;
    return { path, sum, state: isSame ? 'ok' : 'changed' };
  });
}

function listing(files: readonly Checked[]): string[] {
  const wrong = files.filter(({ state }) => state !== 'ok');
  const end =
    wrong.length === 0
      ? `${files.length} files, all as they were released`
      : `${wrong.length} of ${files.length} files are not as they were released:`;
  return [
    ...files.filter(({ state }) => state === 'ok').map(({ sum, path }) => `${sum}  ${path}`),
    end,
    ...wrong.map(({ path, state }) => `  ${path}: ${state}`),
  ];
}

/** `toa-play version [--verbose]`. @returns 1 when a file is not as it was released */
export async function versionCommand(args: string[]): Promise<number> {
  const program = ours(new Command('toa-play version'))
    .description(
      'The version. With --verbose all files of this installation with their SHA-256, held against the release.',
    )
    .option('-v, --verbose', 'what it is made of, and whether it is still that');
  parse(program, args);
  const root = packageRoot();
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  writeOutput(`toa-play ${version}\n`);
  if (program.opts()['verbose'] !== true) return 0;
  const sea = inside();
  const manifest = sea?.getAsset(MANIFEST, 'utf8') ?? read(join(root, MANIFEST))?.toString();
  const { versions, arch } = process;
  writeOutput(
    `Node ${versions.node} (V8 ${versions.v8}, OpenSSL ${versions.openssl}) for ${process.platform} ${arch}\n`,
  );
  writeOutput(`${sea ? `one file, ${process.execPath}; unpacked in` : 'files in'} ${root}\n`);
  if (manifest === undefined) {
    writeOutput('built here: there is no list of released files to hold it against\n');
    return 0;
  }
  const files = checkFiles(root, manifest);
  writeOutput(`${listing(files).join('\n')}\n`);
  return files.every(({ state }) => state === 'ok') ? 0 : 1;
}
