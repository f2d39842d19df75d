import { lstatSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { vi } from 'vitest';
import { main } from '../../../src/cli/main.ts';
import type { VerbCase } from './case.ts';
import { type CaseLeft, CaseRoot, writeCaseFile } from './root.ts';

type Result = Record<string, unknown>;

/** What a case did, for the test to compare. */
export interface CaseRun {
  /** Results of the task: under --check, for good, again. */
  readonly check: Result;
  readonly result: Result;
  readonly again: Result;
  /** Results of other tasks that were not well, and of any that did not reach the host. */
  readonly broken: readonly Result[];
  /** What the host has that it had not before, under --check and for good. */
  readonly afterCheck: ReadonlyMap<string, CaseLeft>;
  readonly after: ReadonlyMap<string, CaseLeft>;
}

const ACT = 'the task of the case';
const AGAIN = 'the task of the case, again';

/** Words of a shell by its name in TOA_TEST_SHELLS. */
const wordsOf = (shell: string): string[] => (shell === 'busybox' ? ['busybox', 'sh'] : [shell]);

function playbook(one: VerbCase, server: string | undefined, tasks: readonly unknown[]): string {
  const vars = { ...one.facts, ...(server === undefined ? {} : { server }) };
  return JSON.stringify([{ hosts: 'host', gather_facts: false, vars, tasks }]);
}

/** Runs a playbook in this process; its events. */
async function played(folder: string, shell: string, text: string, flags: readonly string[]): Promise<Result[]> {
  writeFileSync(join(folder, 'site.yml'), text);
  writeFileSync(join(folder, 'hosts'), `host ansible_connection=local ansible_shell_executable=${shell}\n`);
  let said = '';
  let errors = '';
  const out = vi.spyOn(process.stdout, 'write').mockImplementation((piece) => (said += String(piece)) !== '');
  const err = vi.spyOn(process.stderr, 'write').mockImplementation((piece) => (errors += String(piece)) !== '');
  try {
    await main([join(folder, 'site.yml'), '-i', join(folder, 'hosts'), '--json', ...flags]);
  } finally {
    out.mockRestore();
    err.mockRestore();
  }
  const events = said.split('\n').filter(Boolean);
  // a playbook that cannot be read, a verb that fails by itself
  if (errors.includes('ERROR! ') || events.length === 0) throw new Error(errors);
  return events.map((line) => JSON.parse(line) as Result);
}

interface Told {
  readonly type: string;
  readonly task: { readonly name: string };
  readonly status: string;
  readonly result: Result;
}

function resultsOf(events: readonly Result[]): Map<string, Result> {
  const told = (events as unknown as Told[]).filter(({ type }) => type === 'host-result');
  return new Map(told.map(({ task, status, result }) => [task.name, { ...result, outcome: status }]));
}

async function serving(paths: VerbCase['serve']): Promise<Server | undefined> {
  if (paths === undefined) return undefined;
  const server = createServer((request, response) => {
    const text = paths[request.url ?? ''];
    response.writeHead(text === undefined ? 404 : 200, { 'content-type': 'text/plain' }).end(text ?? 'nothing here\n');
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return server;
}

/** A folder that this machine has had is no change. */
function news(one: VerbCase, root: CaseRoot): ReadonlyMap<string, CaseLeft> {
  const aside = one.aside.map((pattern) => new RegExp(pattern));
  const isOld = (path: string, left: CaseLeft): boolean =>
    left?.folder === true && lstatSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
  const isNews = ([path, left]: [string, CaseLeft]): boolean =>
    path in one.after || (!isOld(path, left) && !aside.some((pattern) => pattern.test(path)));
  return new Map([...root.changed()].filter(isNews));
}

/**
 * Runs a case in scratch roots of its own, with the whole product over the local connection: under --check, then for good
 * and once more. Needs root.
 * @param shell a name of TOA_TEST_SHELLS
 */
export async function runCase(one: VerbCase, shell: string): Promise<CaseRun> {
  const folder = mkdtempSync(join(tmpdir(), 'toa-case-play-'));
  const server = await serving(one.serve);
  const roots = [0, 1].map(() => new CaseRoot(one.host, wordsOf(shell), server !== undefined));
  try {
    const address = server && `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    mkdirSync(folder, { recursive: true });
    for (const [path, file] of Object.entries(one.controller)) writeCaseFile(folder, path, file);
    const act = { ...one.task, name: ACT, ignore_errors: true };
    const before = one.before.map((task) => ({ ...task, check_mode: false }));
    const play = (tasks: readonly unknown[]): string => playbook(one, address, tasks);
    const checked = await played(folder, roots[0].shell, play([...before, act]), ['--check']);
    const done = await played(folder, roots[1].shell, play([...before, act, { ...act, name: AGAIN }, ...one.next]), []);
    const [dry, real] = [resultsOf(checked), resultsOf(done)];
    const broken = [...dry, ...real].filter(
      ([name, { failed, outcome }]) => outcome === 'unreachable' || (failed === true && ![ACT, AGAIN].includes(name)),
    );
    return {
      check: dry.get(ACT) ?? {},
      result: real.get(ACT) ?? {},
      again: real.get(AGAIN) ?? {},
      broken: broken.map(([task, result]) => ({ task, ...result })),
      afterCheck: news(one, roots[0]),
      after: news(one, roots[1]),
    };
  } finally {
    server?.close();
    for (const root of roots) root.remove();
    rmSync(folder, { recursive: true, force: true });
  }
}
