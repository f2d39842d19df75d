import { z } from 'zod';
import { parseHostJson } from '../../src/base/host-text.ts';
import { dumpJson } from '../../src/base/python-json.ts';
import { shellQuote } from '../../src/base/quote.ts';
import { failure, type ModuleResult } from '../../src/base/result.ts';
import { toJs, type Value } from '../../src/base/value.ts';
import { remote } from '../shared/remote.ts';
import { defineVerb, type TaskContext } from '../../src/verb/verb.ts';

/** A module may work for as long as a package manager. */
const TIMEOUT_MS = 4 * 3_600_000;

type Given = Readonly<Record<string, unknown>>;

/** Ansible's old form for programs that do not want JSON: words of a shell, `name='value'`. */
function asWords(given: Given): string {
  return Object.entries(given)
    .map(([name, value]) => `${name}=${shellQuote(typeof value === 'string' ? value : dumpJson(value))}`)
    .join(' ');
}

/** What the module reads: its arguments, and of the run what Ansible tells a module. */
function argumentsText(module: Uint8Array, given: Given, context: TaskContext): string {
  const run = {
    _ansible_check_mode: context.check,
    _ansible_diff: context.diff,
    _ansible_verbosity: context.verbosity,
  };
  const wantsJson = module.includes(0) || Buffer.from(module).includes('WANT_JSON');
  return wantsJson ? dumpJson({ ...given, ...run }) : asWords(given);
}

/** The dict that a module printed, behind whatever else it said before. */
function answerIn(text: string): Record<string, unknown> | undefined {
  const start = /^\s*\{/m.exec(text)?.index;
  if (start === undefined) return undefined;
  try {
    return parseHostJson(text.slice(start, text.lastIndexOf('}') + 1)) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}

export const verb = defineVerb({
  name: 'own_module',
  summary: "Runs a module of the user's own: any program that takes a file of JSON and prints JSON",
  args: () => z.record(z.string(), z.unknown()),
  anyArgs: true,
  beyond: ['controller-file'],
  check: 'partial',
  diff: false,
  async run({ _module_path, ...values }, context): Promise<ModuleResult> {
    if (typeof _module_path !== 'string') {
      return failure('own_module is named by the module: put it into library/ and use its name as the verb');
    }
    const given = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, toJs(value as Value)]));
    const data = await context.controller.read(_module_path);
    const shell = await context.shell();
    const module = await shell.upload({ data });
    const file = await shell.upload({ data: Buffer.from(argumentsText(data, given, context)) });
    const reply = await remote(context, { verb: 'own_module', vars: { module, file }, timeoutMs: TIMEOUT_MS });
    if (!reply.ok) return reply.failed;
    const rc = Number(reply.said.get('rc'));
    const answer = answerIn(reply.text);
    if (answer) return { changed: false, ...answer };
    const said = { rc, module_stdout: reply.text, module_stderr: reply.answer.stderr };
    return failure('MODULE FAILURE\nSee stdout/stderr for the exact error', said);
  },
});
