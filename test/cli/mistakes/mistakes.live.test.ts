import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { tryProgram } from '../../../scripts/lib/programs.mjs';
import { useScratch } from '../../support/scratch.ts';

interface Mistake {
  readonly name: string;
  readonly site?: string;
  readonly files?: Readonly<Record<string, string>>;
  readonly args?: readonly string[];
  readonly needs: readonly string[];
}

interface Answer {
  readonly status: number | null;
  readonly text: string;
}

const HERE = dirname(new URL(import.meta.url).pathname);
const MISTAKES = parse(readFileSync(join(HERE, 'mistakes.yml'), 'utf8')) as Mistake[];
/** What ansible-playbook 2.14 says of each: TOA_RECORD=1 asks it again. */
const THEIRS = join(HERE, 'theirs.json');
const SITE = '- hosts: localhost\n  gather_facts: false\n  tasks:\n    - name: greet\n      debug: {msg: hello}\n';
const at = useScratch();

function answer(program: readonly string[], mistake: Mistake): Answer {
  const files = { 'site.yml': mistake.site ?? SITE, ...mistake.files };
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(at(path)), { recursive: true });
    writeFileSync(at(path), text);
  }
  const args = [...program.slice(1), ...(mistake.args ?? ['site.yml', '-i', 'localhost,', '-c', 'local'])];
  const env = { ...process.env, ANSIBLE_NOCOLOR: '1', ANSIBLE_SSH_ARGS: '-F none', LC_ALL: 'C.UTF-8' };
  const { status, stdout, stderr } = tryProgram(program[0], args, { cwd: at('.'), env });
  // Ansible breaks its lines
  return { status, text: `${stdout}${stderr}`.replaceAll(at('.'), 'HERE') };
}

const regex = (text: string): RegExp => (text.startsWith('(?i)') ? new RegExp(text.slice(4), 'i') : new RegExp(text));
const unsaid = ({ text }: Answer, { needs }: Mistake): string[] => {
  const joined = text.replaceAll('\n', ' ');
  return needs.filter((one) => !regex(one).test(text) && !regex(one).test(joined));
};

describe('mistakes of a new user', () => {
  const isRecording = process.env['TOA_RECORD'] === '1';
  const theirs = (isRecording ? {} : JSON.parse(readFileSync(THEIRS, 'utf8'))) as Record<string, Answer>;

  it('are at least 54, each with its own name', () => {
    expect(MISTAKES.length).toBeGreaterThanOrEqual(54);
    expect(new Set(MISTAKES.map(({ name }) => name)).size).toBe(MISTAKES.length);
  });

  it.each(MISTAKES.map((one) => [one.name, one] as const))('%s', (name, mistake) => {
    if (isRecording) {
      theirs[name] = answer(['ansible-playbook'], mistake);
      writeFileSync(THEIRS, `${JSON.stringify(theirs, undefined, 1)}\n`);
    }
    const ours = answer([process.execPath, resolve('bin/toa-play.js')], mistake);
    expect(unsaid(ours, mistake), ours.text).toEqual([]);
    // none worse: we said all that is needed, and we do not end well where they do not
    if (theirs[name].status !== 0) expect(ours.status, ours.text).not.toBe(0);
    expect(ours.text).not.toMatch(/E_INTERNAL|\n {4}at .*\(node:/);
  });
});
