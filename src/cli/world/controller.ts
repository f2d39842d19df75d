import { createHash, randomUUID } from 'node:crypto';
import { chmod, mkdir, open, readFile, readdir, rename, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { ControllerPort } from '../../verb/verb.ts';
import { sharedRead } from '../../host/session/shared-read.ts';
import type { VaultReader } from '../../play/contract.ts';
import { runProgram } from './local-command.ts';
import { ask } from './sources.ts';

/** Vault files begin with `$ANSIBLE_VAULT;`: a few bytes tell. */
async function headOf(path: string): Promise<Uint8Array> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(64), 0, 64, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

const sums = new Map<string, Promise<string>>();

async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha1');
  for await (const chunk of sharedRead(path)) hash.update(chunk);
  return hash.digest('hex');
}

async function sha1Of(path: string): Promise<string> {
  const { size, mtimeMs, ino } = await stat(path);
  const key = `${path} ${ino} ${size} ${mtimeMs}`;
  let sum = sums.get(key);
  if (!sum) {
    sum = hashOf(path);
    sums.set(key, sum);
    sum.catch(() => sums.delete(key));
  }
  return sum;
}

/** The controller's own files and programs, for verbs such as copy, template, fetch and script. */
export function controllerPort(vault: VaultReader): ControllerPort {
  return {
    read: (path) => readFile(path),
    readDecrypted: async (path) => {
      const data = await readFile(path);
      return vault.isVault(data) ? vault.decrypt(data, path) : data;
    },
    isVault: async (path) => vault.isVault(await headOf(path)),
    sha1: sha1Of,
    stat: async (path) => {
      const found = await stat(path).catch(() => undefined);
      if (!found) return undefined;
      const type = found.isDirectory() ? 'directory' : 'file';
      return { type, size: found.size, mode: found.mode & 0o7777, mtimeMs: found.mtimeMs };
    },
    list: async (path) => (await readdir(path)).sort(),
    write: async (path, data, mode = 0o644) => {
      await mkdir(dirname(path), { recursive: true });
      // one file may be written by several tasks at once
      const beside = `${path}.${process.pid}.${randomUUID()}.tmp`;
      await writeFile(beside, data, { mode });
      await chmod(beside, mode);
      await rename(beside, path);
    },
    prompt: (question, options) => ask(question, options),
    run: runProgram,
  };
}
