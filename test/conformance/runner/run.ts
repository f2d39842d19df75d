import { cpSync, existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { DESCRIPTION, type Case } from './case.ts';
import { parseRecap, type FinishedRun } from './compare.ts';
import type { Services } from './services.ts';
import { snapshot, type Replacements } from './snapshot.ts';
import { childProgram } from '../../../scripts/lib/programs.mjs';

const TIMEOUT_MS = 90_000;
const TOKEN = /@(SSH_PORT|SSH_KEY|HTTP|OUT|CASE)@/g;

/** Where a case runs, and what its tokens stand for. */
interface Scratch {
  readonly work: string;
  readonly out: string;
  readonly fill: (text: string) => string;
  readonly replacements: Replacements;
}

function scratchFor(name: string, root: string, services: Services): Scratch {
  const [work, out] = [join(root, name, 'case'), join(root, name, 'out')];
  const tokens: Readonly<Record<string, string>> = {
    SSH_PORT: String(services.sshPort),
    SSH_KEY: services.sshKey,
    HTTP: `http://${services.httpAddress}/${name}/case`,
    OUT: out,
    CASE: work,
  };
  return {
    work,
    out,
    fill: (text) => text.replace(TOKEN, (_whole, token: string) => tokens[token]),
    replacements: [
      [out, '@OUT@'],
      [work, '@CASE@'],
      [dirname(root), '@ROOT@'],
      [services.httpAddress, '@HTTP_ADDR@'],
    ],
  };
}

function fillFiles(folder: string, fill: (text: string) => string): void {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    const stat = lstatSync(path);
    if (stat.isDirectory()) fillFiles(path, fill);
    else if (stat.isFile() && stat.size <= 200_000) {
      const text = readFileSync(path).toString('latin1');
      const filled = fill(text);
      if (filled !== text) writeFileSync(path, Buffer.from(filled, 'latin1'));
    }
  }
}

function prepare(test: Case, { work, out, fill }: Scratch): void {
  mkdirSync(out, { recursive: true });
  cpSync(test.folder, work, {
    recursive: true,
    verbatimSymlinks: true,
    filter: (source) => dirname(source) !== test.folder || !DESCRIPTION.has(basename(source)),
  });
  fillFiles(work, fill);
}

function environment(test: Case, fill: (text: string) => string): Record<string, string | undefined> {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('ANSIBLE_'));
  return {
    ...Object.fromEntries(inherited),
    LANG: 'C.UTF-8',
    LC_ALL: 'C.UTF-8',
    TZ: 'UTC',
    ANSIBLE_NOCOLOR: '1',
    ANSIBLE_HOST_KEY_CHECKING: 'False',
    ANSIBLE_PYTHON_INTERPRETER: '/usr/bin/python3',
    ANSIBLE_PIPELINING: 'True',
    ANSIBLE_DEPRECATION_WARNINGS: 'False',
    ...Object.fromEntries(test.env.map(([name, value]) => [name, fill(value)])),
  };
}

type Ended = { rc: number | string; stdout: string; stderr: string };

function start(command: readonly string[], cwd: string, env: Record<string, string | undefined>): Promise<Ended> {
  // The shell sets the umask; a process group of its own can be ended as a whole.
  const child = childProgram('sh', ['-c', 'umask 022; exec "$@"', 'sh', ...command], {
    cwd,
    env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [out, err]: [Buffer[], Buffer[]] = [[], []];
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
  return new Promise((done) => {
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      process.kill(-(child.pid as number), 'SIGKILL');
    }, TIMEOUT_MS);
    child.on('close', (rc) => {
      clearTimeout(timer);
      const [stdout, stderr] = [out, err].map((chunks) => Buffer.concat(chunks).toString());
      done({ rc: late ? 'timeout' : (rc ?? 'killed'), stdout, stderr });
    });
  });
}

/** Runs a case in a fresh copy below `root`: CMD playbooks [-i hosts] -e out=... ARGS, once for each `args` file. */
export async function runCase(
  test: Case,
  command: readonly string[],
  root: string,
  services: Services,
): Promise<FinishedRun[]> {
  const scratch = scratchFor(test.name, root, services);
  prepare(test, scratch);
  const { work, out, fill, replacements } = scratch;
  const hosts = existsSync(join(work, 'hosts')) ? ['-i', 'hosts'] : [];
  const runs: FinishedRun[] = [];
  for (const args of test.runs) {
    const words = [...command, ...test.playbooks, ...hosts, '-e', `out=${out}`, ...args.map(fill)];
    const { rc, stdout, stderr } = await start(words, work, environment(test, fill));
    runs.push({ rc, recap: parseRecap(stdout), files: snapshot(out, replacements), output: stdout + stderr });
  }
  rmSync(dirname(work), { recursive: true, force: true });
  return runs;
}
