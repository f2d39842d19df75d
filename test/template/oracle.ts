import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export type Mode = 'template' | 'file' | 'condition';
export type Case = { readonly source: string; readonly mode: Mode };
export type Answer = { readonly value: string } | { readonly error: string };

/** A python3 that has ansible-core and Jinja2; distributions put them beside their own. */
function python(): string {
  const found = ['python3', '/usr/bin/python3'].find(
    (command) => spawnSync(command, ['-c', 'import ansible, jinja2']).status === 0,
  );
  if (found === undefined) throw new Error('this test needs a python3 with ansible-core 2.14 and Jinja2');
  return found;
}

/** What ansible-core makes of the cases, in one run of Python. */
export function askOracle(vars: Record<string, unknown>, cases: readonly Case[]): Answer[] {
  const script = fileURLToPath(new URL('oracle.py', import.meta.url));
  const input = JSON.stringify({ vars, cases });
  const { status, stdout, stderr } = spawnSync(python(), [script], { input, encoding: 'utf8', maxBuffer: 1 << 28 });
  if (status !== 0) throw new Error(`the oracle failed: ${stderr}`);
  return JSON.parse(stdout) as Answer[];
}
