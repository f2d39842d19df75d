import { expandUserPath } from '../../base/paths/user-path.ts';
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  realpathSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { ToaError } from '../../base/errors.ts';
import type { Value, VaultText } from '../../base/value.ts';
import type { VaultReader } from '../../play/contract.ts';
import { answerTo } from '../../template/answers.ts';
import type { FileKind, Scope, TemplatePorts } from '../../template/contract.ts';
import { runShellText } from './local-command.ts';

function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

function statOf(path: string, follow: boolean): FileKind | undefined {
  const stat = attempt(() => (follow ? statSync(path) : lstatSync(path)));
  if (!stat) return undefined;
  const type = stat.isFile() ? 'file' : stat.isDirectory() ? 'directory' : stat.isSymbolicLink() ? 'link' : 'other';
  const parent = attempt(() => statSync(dirname(path)));
  const isMount = type === 'directory' && (parent?.dev !== stat.dev || parent?.ino === stat.ino);
  return { type, dev: stat.dev, ino: stat.ino, isMount };
}

function text(scope: Scope, name: string): string | undefined {
  const value = scope.lookup(name);
  return typeof value === 'string' ? value : undefined;
}

/**
 * The folders in which Ansible looks for a relative file of a kind: the role's, then the play's
 * (https://docs.ansible.com/ansible/latest/playbook_guide/playbook_pathing.html).
 */
export function searchPath(kind: string, name: string, scope: Scope, extra: readonly string[] = []): string[] {
  const folders = [text(scope, 'role_path'), ...extra, text(scope, 'playbook_dir'), process.cwd()];
  return folders
    .filter((folder): folder is string => folder !== undefined)
    .flatMap((folder) => [join(folder, kind, name), join(folder, name)]);
}

async function download(url: string, options: ReadonlyMap<string, Value>): Promise<string> {
  const headers = options.get('headers');
  const response = await fetch(url, {
    headers: headers instanceof Map ? Object.fromEntries([...headers].map(([k, v]) => [String(k), String(v)])) : {},
    signal: AbortSignal.timeout(Number(options.get('timeout') ?? 10) * 1000),
  }).catch((error: unknown) => {
    throw new ToaError('E_LOOKUP_URL', `Failed lookup url for ${url} : ${(error as Error).message}`, { cause: error });
  });
  if (!response.ok)
    throw new ToaError('E_LOOKUP_URL', `Received HTTP error for ${url} : HTTP Error ${response.status}`);
  return response.text();
}

/** A file as text lookups see it: vault-encrypted ones decrypted. */
function readPlain(path: string, vault: VaultReader): Uint8Array | undefined {
  const data = attempt(() => readFileSync(path));
  return data && vault.isVault(data) ? vault.decrypt(data, path) : data;
}

export interface PortOptions {
  readonly vault: VaultReader;
  readonly warn: (message: string) => void;
  readonly config: (name: string) => Value | undefined;
}

/** What templates may touch of this machine. */
export function systemPorts({ vault, warn, config }: PortOptions): TemplatePorts {
  return {
    decrypt: (value: VaultText) =>
      Buffer.from(vault.decrypt(value.ciphertext, `${value.span.file}:${value.span.line}`)).toString(),
    readFile: (path) => readPlain(path, vault),
    stat: statOf,
    listFolder: (path) => attempt(() => readdirSync(path).sort()),
    realpath: (path) => attempt(() => realpathSync(path)) ?? resolve(path),
    find: (kind, written, scope) => {
      const name = expandUserPath(written, process.env);
      if (isAbsolute(name)) return statOf(name, true) ? name : undefined;
      return searchPath(kind, name, scope).find((path) => statOf(path, true));
    },
    run: (command) => answerTo(`command ${command}`, () => runShellText(command)),
    fetch: (url, options) => answerTo(`page ${url}`, () => download(url, options)),
    environment: process.env,
    now: () => new Date(),
    random: Math.random,
    warn,
    writeFile: (path, content, mode) => {
      mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
      writeFileSync(path, content, { mode });
      chmodSync(path, mode);
    },
    config,
  };
}
