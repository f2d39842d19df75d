import { readFileSync } from 'node:fs';
import { formatError, ToaError } from '../base/errors.ts';
import { ansi, plain } from '../report/colors.ts';
import { writeError } from './output.ts';

/** Exit codes of ansible-playbook (https://docs.ansible.com/ansible-core/2.14/cli/ansible-playbook.html). */
const PARSE_ERROR = 4;
const ERROR = 1;
const USAGE = 2;
const BUG = 250;

/** Errors in a playbook's text end with 4 there; a missing role or file and a value that came of a template with 1. */
const NOT_SYNTAX = /^E_PLAY_(LOOP|ROLE|NOT_FOUND|FILE|MISSING|ORDER|SERIAL|STRATEGY|VARS_FILE)/;

export function exitCodeOf(error: unknown): number {
  if (!(error instanceof ToaError)) return BUG;
  if (error.code === 'E_USAGE') return USAGE;
  if (NOT_SYNTAX.test(error.code)) return ERROR;
  return /^E_(YAML_|PLAY_|TEMPLATE_UNDEFINED$)/.test(error.code) ? PARSE_ERROR : ERROR;
}

/** A line of a file, for the caret of messages. */
export function readLine(file: string, line: number): string | undefined {
  try {
    return readFileSync(file, 'utf8').split('\n')[line - 1];
  } catch {
    return undefined;
  }
}

/** Says an error on standard error: ours with place and remedy, a bug of ours with its stack and a request. */
export function sayError(error: unknown): void {
  const paint = process.stderr.isTTY ? ansi : plain;
  if (error instanceof ToaError) {
    writeError(`${paint('error', `ERROR! ${formatError(error, readLine)}`)}\n`);
    return;
  }
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const words =
    'ERROR! E_INTERNAL: this is a mistake in toa-play itself, not in your playbook. Please report it with these lines:';
  writeError(
    `${paint('error', words)}\n${process.env['TOA_PLAY_DEBUG'] ? detail : detail.split('\n').slice(0, 4).join('\n')}\n`,
  );
}

/** Warnings as Ansible prints them, each once. */
export function warner(): (message: string) => void {
  const said = new Set<string>();
  return (message) => {
    if (said.has(message)) return;
    said.add(message);
    const paint = process.stderr.isTTY ? ansi : plain;
    writeError(`${paint('warn', `[WARNING]: ${message}`)}\n`);
  };
}
