import { spawn } from 'node:child_process';
import { chmod, mkdir, readFile, readdir, rename, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { ControllerPort } from '../../tasks/shared/verb.ts';
import type { VaultReader } from '../play/contract.ts';
import { ask } from './sources.ts';

function run(command: string, args: readonly string[], input?: string): ReturnType<ControllerPort['run']> {
  return new Promise((done) => {
    const child = spawn(command, [...args], { stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'] });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout?.on('data', (chunk: Buffer) => out.push(chunk));
    child.stderr?.on('data', (chunk: Buffer) => err.push(chunk));
    child.on('error', (error) => done({ rc: 127, stdout: '', stderr: error.message }));
    child.on('close', (rc) =>
      done({ rc: rc ?? 128, stdout: Buffer.concat(out).toString(), stderr: Buffer.concat(err).toString() }),
    );
    child.stdin?.end(input);
  });
}

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
    run,
  };
}
