import { readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { resolve } from 'node:path';
import { fromJs, type Value } from '../../../src/base/value.ts';
import type { CallContext, Scope, TemplatePorts } from '../../../src/template/contract.ts';
import { tryProgram } from '../../../scripts/lib/programs.mjs';

/** One call, as JSON can carry it: numbers with a fraction are floats, the others integers. */
export interface Case {
  readonly kind: 'filter' | 'test' | 'lookup';
  readonly name: string;
  readonly value?: unknown;
  readonly args?: readonly unknown[];
  readonly kwargs?: Record<string, unknown>;
  readonly vars?: Record<string, unknown>;
}

/** A whole expression. */
export interface ExpressionCase {
  readonly expression: string;
  readonly vars: Record<string, unknown>;
}

export interface Answer {
  readonly repr?: string;
  readonly error?: string;
}

function attempt<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch {
    return undefined;
  }
}

function fileKind(path: string, follow: boolean): ReturnType<TemplatePorts['stat']> {
  const stat = attempt(() => statSync(path, { throwIfNoEntry: true }));
  if (!stat || !follow) {
    const names = attempt(() => readdirSync(resolve(path, '..'), { withFileTypes: true })) ?? [];
    const entry = names.find(({ name }) => name === path.split('/').findLast((part) => part !== ''));
    if (entry?.isSymbolicLink()) return { type: 'link', dev: 0, ino: 0, isMount: false };
  }
  if (!stat) return undefined;
  const type = stat.isFile() ? 'file' : stat.isDirectory() ? 'directory' : 'other';
  const parent = attempt(() => statSync(resolve(path, '..')));
  const isMount = parent !== undefined && (parent.dev !== stat.dev || parent.ino === stat.ino);
  return { type, dev: stat.dev, ino: stat.ino, isMount };
}

/** Ports that reach this machine, with `folder` as the playbook's folder. */
export function realPorts(folder: string, changes: Partial<TemplatePorts> = {}): TemplatePorts {
  const at = (path: string): string => resolve(folder, path);
  return {
    decrypt: ({ ciphertext }) => ciphertext,
    readFile: (path) => attempt(() => readFileSync(at(path))),
    stat: (path, follow) => fileKind(at(path), follow),
    listFolder: (path) => attempt(() => readdirSync(at(path))),
    realpath: (path) => attempt(() => realpathSync(at(path))) ?? at(path),
    find: (kind, name) => [at(`${kind}/${name}`), at(name)].find((path) => fileKind(path, true) !== undefined),
    run: (command) => {
      const { status, stdout, stderr } = tryProgram('/bin/sh', ['-c', command], { cwd: folder });
      return { rc: status ?? -1, stdout, stderr };
    },
    fetch: () => '',
    environment: process.env,
    now: () => new Date(),
    random: Math.random,
    warn: () => undefined,
    writeFile: () => undefined,
    config: () => undefined,
    ...changes,
  };
}

/** A context without an engine: for filters, tests and lookups that do not call back into the render. */
export function context(
  variables: Record<string, unknown> = {},
  env: TemplatePorts = realPorts(tmpdir()),
): CallContext {
  const values = fromJs(variables) as Map<string, Value>;
  const scope: Scope = { lookup: (name) => values.get(name), names: () => values.keys() };
  const refuse = (): never => {
    throw new Error('this context has no engine');
  };
  return { scope, env, resolve: (value) => value, filter: refuse, test: refuse, call: refuse };
}

/** What the installed Ansible answers. */
export function askAnsible(cases: readonly (Case | ExpressionCase)[], folder: string): Answer[] {
  const script = new URL('oracle.py', import.meta.url).pathname;
  const { stdout, stderr, status } = tryProgram('/usr/bin/python3', [script], {
    input: JSON.stringify(cases),
    cwd: folder,
  });
  if (status !== 0) throw new Error(`the oracle failed: ${stderr}`);
  return JSON.parse(stdout) as Answer[];
}

export function keywords(kwargs: Record<string, unknown> = {}): Map<string, Value> {
  return fromJs(kwargs) as Map<string, Value>;
}
