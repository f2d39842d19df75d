import { z } from 'zod';
import { dumpJson } from '../../src/base/python-json.ts';
import { failure, type ModuleResult } from '../../src/base/result.ts';
import * as args from '../shared/args.ts';
import { attributeVars, fileFacts } from '../shared/files/files.ts';
import { HTTP_SH, httpArguments, httpObjection, httpVars, statusText } from '../shared/http.ts';
import { type Reply, remote } from '../shared/remote.ts';
import { defineVerb, type TaskContext } from '../../src/verb/verb.ts';
import { readBody } from './answer.ts';

const schema = () =>
  z.strictObject({
    ...httpArguments,
    dest: args.path().optional(),
    body: args.raw().optional(),
    body_format: args.choice(['form-urlencoded', 'json', 'raw', 'form-multipart']).default('raw'),
    src: args.path().optional(),
    remote_src: args.bool().default(false),
    method: args.str().default('GET'),
    return_content: args.bool().default(false),
    follow_redirects: args.choice(['all', 'no', 'none', 'safe', 'urllib2', 'yes']).default('safe'),
    creates: args.path().optional(),
    removes: args.path().optional(),
    status_code: args.list(args.int()).default([200]),
    timeout: args.int().default(30),
    headers: args.dictArg().default({}),
    unix_socket: args.path().optional(),
    ...args.fileAttributes,
  });
export type UriArgs = z.output<ReturnType<typeof schema>>;

const FOLLOW: Readonly<Record<string, string>> = {
  all: 'all',
  yes: 'all',
  safe: 'safe',
  urllib2: 'safe',
  no: 'none',
  none: 'none',
};

/** `a=1&b=2` of a dict or of pairs; a list as value repeats its key. */
function formEncoded(body: unknown): string {
  const pairs = Array.isArray(body) ? (body as [unknown, unknown][]) : Object.entries(body as Record<string, unknown>);
  const form = new URLSearchParams();
  for (const [key, value] of pairs) {
    for (const item of Array.isArray(value) ? value : [value]) form.append(String(key), String(item));
  }
  return form.toString();
}

async function bodyOf(given: UriArgs, context: TaskContext): Promise<Uint8Array | string | undefined> {
  const { body, body_format, src } = given;
  if (src !== undefined && !given.remote_src) return context.controller.readDecrypted(context.findFile('files', src));
  if (body === undefined || body === null) return undefined;
  if (typeof body === 'string') return body;
  if (body_format === 'form-urlencoded') return formEncoded(body);
  return dumpJson(body, { ensureAscii: true });
}

const TYPES: Readonly<Record<string, string>> = {
  json: 'application/json',
  'form-urlencoded': 'application/x-www-form-urlencoded',
};

function headersOf(given: UriArgs): Record<string, unknown> {
  const type = TYPES[given.body_format];
  const isSet = Object.keys(given.headers).some((name) => name.toLowerCase() === 'content-type');
  return type === undefined || isSet ? given.headers : { ...given.headers, 'Content-Type': type };
}

function objection(given: UriArgs): string | undefined {
  if (given.body !== undefined && given.src !== undefined) return 'parameters are mutually exclusive: body|src';
  if (given.body_format === 'form-multipart')
    return 'body_format form-multipart is not supported: use command with curl --form';
  if (!/^[A-Z]+$/.test(given.method.toUpperCase())) {
    return "Parameter 'method' needs to be a single word in uppercase, like GET or POST.";
  }
  return httpObjection(given, given.headers);
}

function resultOf(given: UriArgs, reply: Reply & { ok: true }): ModuleResult {
  const { said } = reply;
  const skip = said.get('skip');
  if (skip === 'creates') return { changed: false, stdout: `skipped, since '${given.creates}' exists` };
  if (skip === 'removes') return { changed: false, stdout: `skipped, since '${given.removes}' does not exist` };
  const status = Number(said.get('status') ?? -1) || -1;
  const url = said.get('url') ?? given.url;
  const { fields, content } = readBody(reply.answer.stdoutBytes);
  const size = fields['content_length'] === undefined ? said.get('size') : String(fields['content_length']);
  const msg = statusText(status, said.get('error') ?? '', size, said.get('reason'));
  const path = said.get('path');
  const result: ModuleResult = {
    ...fields,
    changed: said.is('changed'),
    url,
    status,
    redirected: url !== given.url,
    elapsed: 0,
    msg,
    ...(path === undefined ? {} : { path, ...fileFacts(said) }),
    ...(given.return_content ? { content } : {}),
  };
  if (given.status_code.includes(status)) return result;
  const wanted = `[${given.status_code.join(', ')}]`;
  return { ...result, failed: true, msg: `Status code was ${status} and not ${wanted}: ${msg}` };
}

export const verb = defineVerb({
  name: 'uri',
  summary: 'Makes an HTTP request from the host and checks its answer',
  args: schema,
  argAliases: { user: 'url_username', password: 'url_password' },
  beyond: ['controller-file'],
  check: 'none',
  diff: false,
  async run(given, context): Promise<ModuleResult> {
    const wrong = objection(given);
    if (wrong !== undefined) return failure(wrong, { url: given.url });
    const body = await bodyOf(given, context);
    const { dest, creates, removes, status_code } = given;
    const request = { method: given.method.toUpperCase(), timeout: given.timeout, headers: headersOf(given) };
    const reply = await remote(context, {
      verb: 'uri',
      bringsFile: true,
      scripts: [HTTP_SH],
      vars: {
        ...attributeVars(given, context.check),
        ...httpVars(given, request),
        follow: FOLLOW[given.follow_redirects],
        unix_socket: given.unix_socket,
        dest,
        creates,
        removes,
        status_code: status_code.join(' '),
        src: given.remote_src ? given.src : '',
        has_body: body !== undefined,
        unsafe: given.unsafe_writes ? 'unsafe' : '',
      },
      stdin: body,
    });
    if (!reply.ok) return { ...reply.failed, url: given.url };
    return resultOf(given, reply);
  },
});
