import { basename } from 'node:path';
import { z } from 'zod';
import { ToaError } from '../../src/base/errors.ts';
import type { ModuleResult } from '../../src/base/result.ts';
import { lineEnd, templateHeader } from '../../src/base/templates/header.ts';
import { templateText } from '../../src/base/template-text.ts';
import { TemplateText } from '../../src/base/value.ts';
import type { RenderOptions } from '../../src/template/contract.ts';
import * as args from '../shared/args.ts';
import { place } from '../shared/files/place.ts';
import { defineVerb, type TaskContext } from '../../src/verb/verb.ts';
import { templateScope } from './scope.ts';

const schema = () =>
  z.strictObject({
    src: args.path(),
    dest: args.path(),
    backup: args.bool().default(false),
    force: args.bool().default(true),
    follow: args.bool().default(false),
    validate: args.str().optional(),
    newline_sequence: args.choice(['\n', '\r', '\r\n', '\\n', '\\r', '\\r\\n']).default('\n'),
    trim_blocks: args.bool().default(true),
    lstrip_blocks: args.bool().default(false),
    block_start_string: args.str().optional(),
    block_end_string: args.str().optional(),
    variable_start_string: args.str().optional(),
    variable_end_string: args.str().optional(),
    comment_start_string: args.str().optional(),
    comment_end_string: args.str().optional(),
    output_encoding: args.str().default('utf-8'),
    ...args.fileAttributes,
  });
type TemplateArgs = z.output<ReturnType<typeof schema>>;

function renderOptions(given: TemplateArgs): RenderOptions {
  return {
    convert: false,
    escapeBackslashes: false,
    trimBlocks: given.trim_blocks,
    lstripBlocks: given.lstrip_blocks,
    newlineSequence: lineEnd(given.newline_sequence),
    variableStart: given.variable_start_string,
    variableEnd: given.variable_end_string,
    blockStart: given.block_start_string,
    blockEnd: given.block_end_string,
    commentStart: given.comment_start_string,
    commentEnd: given.comment_end_string,
  };
}

/** The last text of each file: what is the same text is compiled once for all hosts. */
const texts = new Map<string, TemplateText>();

/** A template file as text with its own positions, so that errors name its lines. */
function fileText(path: string, source: string): TemplateText {
  const known = texts.get(path);
  if (known?.source === source) return known;
  const starts = [0];
  for (let at = source.indexOf('\n'); at >= 0; at = source.indexOf('\n', at + 1)) starts.push(at + 1);
  const locate = (offset: number): { line: number; column: number } => {
    let line = starts.findIndex((start) => start > offset);
    if (line < 0) line = starts.length;
    return { line, column: offset - starts[line - 1] + 1 };
  };
  const text = templateText(source, { file: path, line: 1, column: 1 }, locate);
  texts.set(path, text);
  return text;
}

/** The message begins with the class of the error, as ansible-core's does. */
function withClass(error: unknown): never {
  if (!(error instanceof ToaError)) throw error;
  const name = error.code === 'E_TEMPLATE_UNDEFINED' ? 'AnsibleUndefinedVariable' : 'AnsibleError';
  throw new ToaError(error.code, `${name}: ${error.message}`, error.details);
}

type Stat = Awaited<ReturnType<TaskContext['controller']['stat']>>;

/** A file that was changed so lately may change again without another time or size. */
const FRESH_MS = 1000;
const sources = new Map<string, { readonly stamp: string; readonly source: string }>();

/** The text of a template file, read once for all hosts as long as it does not change. */
async function sourceOf(path: string, stat: Stat, context: TaskContext): Promise<string> {
  const stamp = `${stat?.mtimeMs} ${stat?.size}`;
  const known = sources.get(path);
  if (known?.stamp === stamp) return known.source;
  const source = Buffer.from(await context.controller.readDecrypted(path)).toString('utf8');
  if (stat && Date.now() - stat.mtimeMs > FRESH_MS) sources.set(path, { stamp, source });
  return source;
}

async function renderFile(given: TemplateArgs, path: string, stat: Stat, context: TaskContext): Promise<Uint8Array> {
  const source = await sourceOf(path, stat, context);
  const header = templateHeader(source);
  const scope = templateScope(context, path, given.dest, stat);
  const options = { ...renderOptions(given), ...header.options };
  const rendered = await context.render(fileText(path, header.body), { ...options, scope }).catch(withClass);
  const encoding = given.output_encoding.toLowerCase().replace(/[-_]/g, '');
  if (!['utf8', 'latin1', 'iso88591', 'ascii', 'utf16le'].includes(encoding)) {
    throw new ToaError('E_TEMPLATE_ENCODING', `output_encoding ${given.output_encoding} is not known`, {
      remedy: 'use utf-8, latin1, ascii or utf-16le',
    });
  }
  return Buffer.from(String(rendered), encoding === 'iso88591' ? 'latin1' : (encoding as BufferEncoding));
}

export const verb = defineVerb({
  name: 'template',
  summary: 'Renders a Jinja2 file of the controller to a file on the host',
  args: schema,
  beyond: ['controller-file', 'variables'],
  check: 'full',
  diff: true,
  hostLocal: true,
  async run(given, context): Promise<ModuleResult> {
    const path = context.findFile('templates', given.src);
    const local = await context.controller.stat(path);
    const data = await renderFile(given, path, local, context);
    const mode = given.mode === 'preserve' ? (local?.mode ?? 0o644).toString(8).padStart(4, '0') : given.mode;
    const placement = {
      dest: given.dest,
      name: basename(given.src),
      data,
      force: given.force,
      backup: given.backup,
      follow: given.follow,
      validate: given.validate,
      attributes: { ...given, mode },
      label: path,
    };
    const result = await place(placement, context);
    return { src: path, ...result };
  },
});
