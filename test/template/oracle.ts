import { fileURLToPath } from 'node:url';
import { tryProgram } from '../../scripts/lib/programs.mjs';

export type Mode = 'template' | 'file' | 'condition';
export type Case = { readonly source: string; readonly mode: Mode };
export type Answer = { readonly value: string } | { readonly error: string };

/** A python3 that has ansible-core and Jinja2; distributions put them beside their own. */
function python(): string {
  const found = ['python3', '/usr/bin/python3'].find(
    (command) => tryProgram(command, ['-c', 'import ansible, jinja2']).status === 0,
  );
  if (found === undefined) throw new Error('this test needs a python3 with ansible-core 2.14 and Jinja2');
  return found;
}

/** What ansible-core makes of the cases, in one run of Python. */
export function askOracle(vars: Record<string, unknown>, cases: readonly Case[]): Answer[] {
  const script = fileURLToPath(new URL('oracle.py', import.meta.url));
  const input = JSON.stringify({ vars, cases });
  const { status, stdout, stderr } = tryProgram(python(), [script], { input });
  if (status !== 0) throw new Error(`the oracle failed: ${stderr}`);
  return JSON.parse(stdout) as Answer[];
}
