import { ToaError } from '../base/errors.ts';

export interface UrlParts {
  readonly fragment: string;
  readonly hostname: string | null;
  readonly netloc: string;
  readonly password: string | null;
  readonly path: string;
  readonly port: number | null;
  readonly query: string;
  readonly scheme: string;
  readonly username: string | null;
}

/**
 * Splits a URL as Python's `urllib.parse.urlsplit` does: by the marks of RFC 3986, without checking or normalizing.
 * @param checkPort false: the port is not read, and `port` is null
 * @throws ToaError E_FILTER_ARGS when the port is no number from 0 to 65535
 */
export function splitUrl(url: string, checkPort = true): UrlParts {
  // oxlint-disable-next-line no-control-regex -- the WHATWG rule that Python follows
  let rest = url.replace(/^[\x00-\x20]+/, '').replaceAll(/[\t\r\n]/g, '');
  const scheme = /^([A-Za-z][A-Za-z0-9+.-]*):/.exec(rest);
  if (scheme) rest = rest.slice(scheme[0].length);
  const authority = /^\/\/([^/?#]*)/.exec(rest);
  if (authority) rest = rest.slice(authority[0].length);
  const [beforeFragment, fragment] = cut(rest, '#');
  const [path, query] = cut(beforeFragment, '?');
  const netloc = authority?.[1] ?? '';
  const parts = { fragment, path, query, netloc, scheme: scheme?.[1].toLowerCase() ?? '' };
  return { ...parts, ...splitAuthority(netloc, checkPort) };
}

function cut(text: string, mark: string): [string, string] {
  const at = text.indexOf(mark);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}

function splitAuthority(
  netloc: string,
  checkPort: boolean,
): Pick<UrlParts, 'hostname' | 'port' | 'username' | 'password'> {
  const at = netloc.lastIndexOf('@');
  const user = at < 0 ? undefined : netloc.slice(0, at);
  const colon = user?.indexOf(':') ?? -1;
  const match = /^(?:\[([^\]]*)\](?::(.*))?|([^:]*)(?::(.*))?)$/.exec(netloc.slice(at + 1));
  const hostname = match?.[1] ?? match?.[3] ?? '';
  return {
    username: user === undefined ? null : colon < 0 ? user : user.slice(0, colon),
    password: user === undefined || colon < 0 ? null : user.slice(colon + 1),
    hostname: hostname === '' ? null : hostname.toLowerCase(),
    port: checkPort ? portNumber(match?.[2] ?? match?.[4]) : null,
  };
}

function portNumber(text: string | undefined): number | null {
  if (text === undefined || text === '') return null;
  if (!/^\d+$/.test(text)) throw new ToaError('E_FILTER_ARGS', `Port could not be cast to integer value as '${text}'`);
  if (Number(text) > 65535) throw new ToaError('E_FILTER_ARGS', 'Port out of range 0-65535');
  return Number(text);
}
