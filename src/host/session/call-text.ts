import { ToaError } from '../../base/errors.ts';
import { exactText } from '../../base/exact-text.ts';
import { shellQuote } from '../../base/quote.ts';
import type { Call } from '../contract.ts';
import { FORGET, inPlaceText, runsInPlace } from './in-place.ts';

const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;
/** Bytes of one `printf` argument: below the kernel's limit for one word, where printf is not built in. */
const PIECE = 32_768;

function quote(value: string, what: string): string {
  if (value.includes('\0')) {
    throw new ToaError('E_NUL', `${what} holds a NUL byte, which no shell variable or argument can`, {
      remedy: 'send such data as a file (copy) or as stdin',
    });
  }
  return shellQuote(value);
}

function assignments(values: Readonly<Record<string, string>> | undefined, kind: string, prefix: string): string {
  let out = '';
  for (const [name, value] of Object.entries(values ?? {})) {
    if (!NAME.test(name)) {
      throw new ToaError('E_ENVIRONMENT_NAME', `${JSON.stringify(name)} cannot be the name of ${kind}`, {
        remedy: 'use letters, digits and _ only, not a digit first',
      });
    }
    out += `${prefix}${name}=${quote(value, name)}\n`;
  }
  return out;
}

/** Octal escapes keep every byte through `printf`, NUL too; `-` is one of them, since it would start an option. */
function escapeBytes(data: Uint8Array): string {
  let out = '';
  for (const byte of data) {
    const plain = byte >= 32 && byte < 127 && byte !== 37 && byte !== 39 && byte !== 45 && byte !== 92;
    out += plain ? String.fromCharCode(byte) : `\\${byte.toString(8).padStart(3, '0')}`;
  }
  return out;
}

/** Commands that print `data` exactly. Not a here-document: bash 4 keeps those in /tmp, which may be full. */
function printing(data: Uint8Array): string {
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  const text = exactText(bytes);
  if (text !== undefined)
    return textPieces(text, PIECE)
      .map((piece) => `printf %s ${quoteAlways(piece)}`)
      .join('\n');
  const out: string[] = [];
  for (let at = 0; at < bytes.length; at += PIECE / 4) {
    out.push(`printf '${escapeBytes(bytes.subarray(at, at + PIECE / 4))}'`);
  }
  return out.join('\n');
}

/** Cuts text into pieces of about `size` UTF-16 units, never inside a surrogate pair. */
function textPieces(text: string, size: number): string[] {
  const out: string[] = [];
  for (let at = 0; at < text.length;) {
    const last = text.charCodeAt(at + size - 1);
    const end = at + size + (last >= 0xd800 && last < 0xdc00 ? 1 : 0);
    out.push(text.slice(at, end));
    at = end;
  }
  return out;
}

function quoteAlways(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/**
 * A call that has begun runs to its end, also when nobody reads any more what it says: else it would be killed where it
 * says something, in the middle of what it does. Programs that it starts have SIGPIPE as always.
 */
const TO_ITS_END = 'trap : PIPE';
/** What is behind the call must not run: the shell is killed where it says that the call has ended. */
const NO_FURTHER = 'trap - PIPE';

/**
 * The text that makes a shell run one call, in a subshell, so that it cannot change or end the shell, or in the shell
 * itself where the call says that it does neither.
 */
export function callText(call: Call): string {
  if (!NAME.test(call.fn)) throw new TypeError(`not a function name: ${call.fn}`);
  const words = [call.fn, ...(call.args ?? []).map((arg, i) => quote(arg, `argument ${i + 1}`))];
  const body =
    assignments(call.vars, 'a variable', '') +
    assignments(call.environment, 'an environment variable', 'export ') +
    words.join(' ');
  if (runsInPlace(call)) return inPlaceText(body, call);
  if (call.stdin === undefined || call.stdin.length === 0) return `${FORGET}(\n${TO_ITS_END}\n${body}\n) </dev/null`;
  const stdin = typeof call.stdin === 'string' ? Buffer.from(call.stdin, 'utf8') : call.stdin;
  return `${FORGET}{\n${printing(stdin)}\n} </dev/null 2>/dev/null | (\n${TO_ITS_END}\n${body}\n)`;
}

/** What becomes of a call when others before it fail, and of those behind it when it does (see Call). */
export interface CallOrder {
  readonly isBehind?: boolean;
  readonly isCondition?: boolean;
  readonly inPlace?: boolean;
  readonly bringsFile?: boolean;
}

/** The text of a call that is dropped, or drops others (bootstrap.sh). One that is not behind others begins anew. */
export function orderedText(text: string, { isBehind, isCondition }: CallOrder): string {
  const whole = isCondition ? `${text}\ntoa_status $?` : text;
  return isBehind ? `if [ -z "$toa_dropping" ]; then\n${whole}\nelse toa_dropped\nfi` : `toa_dropping=\n${whole}`;
}

export interface Framing {
  /** Random text that no output can guess. Sent with each call, so that the call's own environment does not hold it. */
  readonly mark: string;
  /** With a terminal, stderr goes through this file (a shell word), because both arrive on one stream. */
  readonly mergedErrorFile?: string;
  /** What is said on stderr counts only where the call fails: else nothing ends its part there, a packet less. */
  readonly isQuiet?: boolean;
  /** The call before was such a one: what it said on stderr has to end somewhere. */
  readonly isBehindQuiet?: boolean;
}

/**
 * Adds what ends the frame of call `id` on both streams. One compound command: the shell reads it whole before it runs
 * anything, so nothing that runs can eat the rest of it.
 */
export function framedText(text: string, id: number, framing: Framing): string {
  const { mark, mergedErrorFile: file } = framing;
  if (file === undefined) {
    const begin = framing.isBehindQuiet && !framing.isQuiet ? `printf '${mark} ${id} begin\\n' >&2\n` : '';
    const unlessQuiet = framing.isQuiet ? '[ "$1" = 0 ] || ' : '';
    const ends = `${unlessQuiet}printf '${mark} ${id}\\n' >&2\nprintf '${mark} ${id} %s\\n' "$1"`;
    return `{\n${TO_ITS_END}\n${begin}${text}\nset -- $?\n${NO_FURTHER}\n${ends}\n}\n`;
  }
  return (
    `{\n{\n${text}\n} 2>${file}\nset -- $?\nprintf '${mark} ${id} %s\\n' "$1"\n` +
    `cat ${file} 2>/dev/null\nprintf '${mark} ${id}\\n'\n}\n`
  );
}
