import { z } from 'zod';
import * as args from './args.ts';
import { verbScript } from './answer.ts';
import type { VarValue } from './remote.ts';

export const HTTP_SH = verbScript('shared', 'http.sh');

/** What get_url and uri share (Ansible's url_argument_spec). */
export const httpArguments = {
  url: args.str(),
  url_username: args.str().optional(),
  url_password: args.str().optional(),
  force: args.bool().default(false),
  force_basic_auth: args.bool().default(false),
  http_agent: args.str().default('ansible-httpget'),
  validate_certs: args.bool().default(true),
  use_proxy: args.bool().default(true),
  client_cert: args.path().optional(),
  client_key: args.path().optional(),
  ca_path: args.path().optional(),
  use_gssapi: args.bool().default(false),
  use_netrc: args.bool().default(true),
  unredirected_headers: args.list(args.str()).default([]),
  decompress: args.bool().default(true),
  ciphers: args.list(args.str()).optional(),
};

const schema = z.strictObject(httpArguments);
export type HttpArgs = z.output<typeof schema>;

/** Why a request cannot be made, or undefined. Values with a line break would forge headers or settings. */
export function httpObjection(given: HttpArgs, headers: Readonly<Record<string, unknown>> = {}): string | undefined {
  if (given.use_gssapi) return 'use_gssapi is not supported';
  if (given.unredirected_headers.length > 0) return 'unredirected_headers is not supported';
  const texts = [
    given.url,
    given.url_username,
    given.url_password,
    given.http_agent,
    ...Object.entries(headers).flat(),
  ];
  if (texts.some((text) => /[\r\n]/.test(String(text ?? '')))) return 'a URL, credential or header holds a line break';
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(given.url)) return `unknown url type: ${given.url}`;
  return undefined;
}

/** The variables of http.sh. `timeout` in seconds. */
export function httpVars(
  given: HttpArgs,
  more: { readonly method: string; readonly timeout: number; readonly headers?: Readonly<Record<string, unknown>> },
): Record<string, VarValue> {
  return {
    url: given.url,
    method: more.method,
    timeout: more.timeout,
    headers: Object.entries(more.headers ?? {}).map(([name, value]) => `${name}: ${String(value)}`),
    agent: given.http_agent,
    user: given.url_username,
    password: given.url_password,
    basic: given.force_basic_auth,
    validate: given.validate_certs,
    use_proxy: given.use_proxy,
    client_cert: given.client_cert,
    client_key: given.client_key,
    ca_path: given.ca_path,
    netrc: given.use_netrc,
    ciphers: given.ciphers?.join(':'),
    follow: 'all',
    unix_socket: '',
    http_program: '',
  };
}

/** Reason phrases of the statuses that playbooks meet (RFC 9110), for `HTTP Error 404: Not Found`. */
const REASONS: Readonly<Record<number, string>> = {
  301: 'Moved Permanently',
  302: 'Found',
  304: 'Not Modified',
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  407: 'Proxy Authentication Required',
  408: 'Request Timeout',
  409: 'Conflict',
  410: 'Gone',
  422: 'Unprocessable Entity',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  501: 'Not Implemented',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
};

/** What urllib would say of the outcome. `reason`: the server's own phrase, which HTTP/2 has not. */
export function statusText(status: number, error: string, size?: string, reason?: string): string {
  if (status <= 0) return `Request failed: <urlopen error ${error || 'no answer'}>`;
  if (status >= 300) return `HTTP Error ${status}: ${reason || (REASONS[status] ?? '')}`.trimEnd();
  return `OK (${size ?? 'unknown'} bytes)`;
}

/** Response headers of the last answer, names in lower case. */
export function parseHeaders(text: string): Record<string, string> {
  const blocks = text.replaceAll('\r', '').split(/^(?=HTTP\/)/m);
  const out: Record<string, string> = {};
  for (const line of (blocks.at(-1) ?? '').split('\n').slice(1)) {
    const at = line.indexOf(':');
    if (at <= 0) continue;
    const name = line.slice(0, at).trim().toLowerCase();
    const value = line.slice(at + 1).trim();
    out[name] = out[name] === undefined ? value : `${out[name]}, ${value}`;
  }
  return out;
}
