import { chmod, mkdir, readFile, readdir, rename, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { ControllerPort } from '../../tasks/shared/verb.ts';
import type { VaultReader } from '../play/contract.ts';
import { runProgram } from './local-command.ts';
import { ask } from './sources.ts';

/** The controller's own files and programs, for verbs such as copy, template, fetch and script. */
export function controllerPort(vault: VaultReader): ControllerPort {
  return {
    read: (path) => readFile(path),
    readDecrypted: async (path) => {
      const data = await readFile(path);
      return vault.isVault(data) ? vault.decrypt(data, path) : data;
    },
    isVault: async (path) => vault.isVault(await readFile(path)),
    stat: async (path) => {
      const found = await stat(path).catch(() => undefined);
      if (!found) return undefined;
      const type = found.isDirectory() ? 'directory' : 'file';
      return { type, size: found.size, mode: found.mode & 0o7777, mtimeMs: found.mtimeMs };
    },
    list: async (path) => (await readdir(path)).sort(),
    write: async (path, data, mode = 0o644) => {
      await mkdir(dirname(path), { recursive: true });
      const beside = `${path}.${process.pid}.tmp`;
      await writeFile(beside, data, { mode });
      await chmod(beside, mode);
      await rename(beside, path);
    },
    prompt: (question, options) => ask(question, options),
    run: runProgram,
  };
}
