import { dirname } from 'node:path';
import { describe, expect, it } from 'vitest';
import { importsOf, sources } from '../scripts/lib/imports.mjs';

/** What each layer may import (docs/architecture.md). A layer may always import itself. */
const MAY_IMPORT: Record<string, readonly string[]> = {
  'src/base': [],
  'src/template': ['src/base'],
  'src/play': ['src/base', 'src/template'],
  'src/transport': ['src/base'],
  'src/host': ['src/base', 'src/transport'],
  'src/verb': ['src/base', 'src/host', 'src/template/contract.ts'],
  'tasks/shared': ['src/base', 'src/host', 'src/verb', 'src/template/contract.ts', 'src/template/settle.ts'],
  tasks: ['src/base', 'src/host', 'src/verb', 'tasks/shared', 'src/template/contract.ts'],
  'src/engine': ['src/base', 'src/template', 'src/play', 'src/host', 'src/verb', 'src/transport/target.ts'],
  'src/report': ['src/base', 'src/engine/events.ts'],
  'src/cli': ['src', 'tasks'],
};

/** A folder with more files than this is two folders. */
const MOST_FILES = 22;

function layerOf(path: string): string {
  if (path.startsWith('tasks/') && !path.startsWith('tasks/shared/')) return 'tasks';
  return Object.keys(MAY_IMPORT).find((layer) => path.startsWith(`${layer}/`)) ?? 'none';
}

function verbFolder(path: string): string {
  return path.split('/').slice(0, 2).join('/');
}

function isAllowed(file: string, target: string): boolean {
  const layer = layerOf(file);
  if (layer === 'tasks') {
    const isIndex = file === 'tasks/index.ts';
    const inTasks = target.startsWith('tasks/') && !target.startsWith('tasks/shared/');
    if (inTasks) return isIndex || verbFolder(file) === verbFolder(target);
  } else if (layerOf(target) === layer) return true;
  return MAY_IMPORT[layer].some((allowed) => target === allowed || target.startsWith(`${allowed}/`));
}

describe('layers', () => {
  const files = [...sources('src'), ...sources('tasks')];

  it('sees the sources', () => {
    expect(files.length).toBeGreaterThan(10);
  });

  it('import only downwards', () => {
    const broken = files.flatMap((file) =>
      importsOf(file)
        .filter((target) => !isAllowed(file, target))
        .map((target) => `${file} imports ${target}`),
    );
    expect(broken).toEqual([]);
  });

  it('folders stay small enough to be read at a glance', () => {
    const folders = [...new Set(files.map((file) => dirname(file)))];
    const crowded = folders.filter((folder) => files.filter((file) => dirname(file) === folder).length > MOST_FILES);
    expect(crowded).toEqual([]);
  });
});
