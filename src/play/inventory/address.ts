import { ToaError } from '../../base/errors.ts';

const NUMERIC_RANGE = String.raw`\[[0-9]+:[0-9]+(?::[0-9]+)?\]`;
const HEX_RANGE = String.raw`\[[0-9a-f]+:[0-9a-f]+(?::[0-9]+)?\]`;
const NAME_RANGE = String.raw`\[(?:[a-zA-Z]:[a-zA-Z]|[0-9]+:[0-9]+)(?::[0-9]+)?\]`;
const BYTE = `(?:[01]?[0-9]{1,2}|2[0-4][0-9]|25[0-5]|${NUMERIC_RANGE})`;
const WORD = `(?:[0-9a-f]{1,4}|${HEX_RANGE})`;
const LETTER = String.raw`[\p{L}\p{N}_]`;
const LABEL = `(?:${LETTER}|${NAME_RANGE})(?:${LETTER}|-|${NAME_RANGE})*(?<![_-])`;

const BRACKETED_WITH_PORT = /^\[(.+)\]:([0-9]+)$/;
const WITH_PORT = /^((?:[^:[\]]|\[[^\]]*\])*):([0-9]+)$/;
const IPV4 = new RegExp(String.raw`^(?:${BYTE}\.){3}${BYTE}$`, 'i');
const IPV6 = new RegExp(`^(?:${ipv6Forms().join('|')})$`, 'i');
const HOSTNAME = new RegExp(String.raw`^${LABEL}(?:\.${LABEL})*$`, 'u');

/** The ways to write an IPv6 address (RFC 4291, 2.2), with `::` in each place and with an IPv4 tail. */
function ipv6Forms(): string[] {
  const forms = [`(?:${WORD}:){7}${WORD}`, `(?:${WORD}:){1,7}:`, `:(?::${WORD}){1,7}`, '::'];
  for (let head = 1; head <= 6; head++) forms.push(`(?:${WORD}:){${head}}(?::${WORD}){1,${7 - head}}`);
  const tail = String.raw`(?:${BYTE}\.){3}${BYTE}`;
  return [...forms, `(?:0:){6}${tail}`, `::(?:ffff:)?${tail}`, `(?:0:){5}ffff:${tail}`];
}

/** A host as written, split from its port. */
export interface Address {
  readonly host: string;
  readonly port?: number;
}

/** Whether a name is an IPv4 or IPv6 address (or a range of them). */
export function isIpAddress(name: string): boolean {
  // The expression for IPv6 takes 6 ms to compile: only for what may be one.
  return IPV4.test(name) || (name.includes(':') && IPV6.test(name));
}

/**
 * Splits `host:port`, `[v6]:port`. A bare IPv6 address has no port. Ranges like `web[1:3]` may stand in the host.
 * @throws ToaError E_INVENTORY_ADDRESS when the text is no host name or address
 */
export function parseAddress(text: string): Address {
  const found = BRACKETED_WITH_PORT.exec(text) ?? WITH_PORT.exec(text);
  const host = found ? found[1] : text;
  const port = found ? Number(found[2]) : undefined;
  if (host !== '' && (isIpAddress(host) || HOSTNAME.test(host))) return { host, port };
  throw new ToaError('E_INVENTORY_ADDRESS', `Not a valid network hostname: ${host}`, {
    remedy: 'write a host name, an IPv4 address, or an IPv6 address, in brackets when a port follows: [2001:db8::1]:22',
  });
}

/** The same, or undefined when the text is no address. */
export function tryAddress(text: string): Address | undefined {
  try {
    return parseAddress(text);
  } catch {
    return undefined;
  }
}
