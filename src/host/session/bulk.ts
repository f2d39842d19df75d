import { createWriteStream } from 'node:fs';
import { rename, rm, stat } from 'node:fs/promises';
import { randomBytes } from 'node:crypto';
import { basename, dirname, join } from 'node:path';
import { Readable, Transform, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ToaError } from '../../base/errors.ts';
import { shellQuote } from '../../base/quote.ts';
import { BoundedOutput, outputTooLarge } from './bounded-output.ts';
import type { StartedProcess } from './processes.ts';
import { sharedRead } from './shared-read.ts';
import { channelRefused } from '../../transport/ssh-errors.ts';

/** Starts a script in a channel of its own, as the shell's user. */
export type StartBulk = (script: string) => Promise<StartedProcess>;

export type UploadSource = { readonly path: string } | { readonly data: Uint8Array };

/** A line that says where our own output begins: a profile may print whatever it likes before it, even half a line. */
function newMark(): string {
  return `toa-${randomBytes(12).toString('hex')}`;
}

/** Passes on what comes after the mark and its newline. */
function afterMark(mark: string): Transform {
  const wanted = Buffer.from(`${mark}\n`);
  let held: Buffer | undefined = Buffer.alloc(0);
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      if (held === undefined) {
        done(null, chunk);
        return;
      }
      held = Buffer.concat([held, chunk]);
      const at = held.indexOf(wanted);
      if (at < 0) {
        // the mark may be cut in two; what lies before that is noise
        held = held.subarray(Math.max(0, held.length - wanted.length));
        done();
        return;
      }
      const rest = held.subarray(at + wanted.length);
      held = undefined;
      done(null, rest);
    },
  });
}

/** Bytes of what is said beside a transfer: a number, or why it fails. */
const MOST_WORDS = 65_536;

async function textOf(stream: Readable): Promise<string> {
  const said = new BoundedOutput(MOST_WORDS);
  for await (const chunk of stream) said.push(chunk as Buffer);
  return said.bytes().toString('utf8');
}

/** Passes on at most so many bytes; then it fails. */
function atMost(most: number, host: string, path: string): Transform {
  let size = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      size += chunk.length;
      if (size > most) done(outputTooLarge(host, most, `${path} has more than`));
      else done(null, chunk);
    },
  });
}

/** Hands `chunk` over; settles when its memory may be used again. */
const written = (sink: Writable, chunk: Uint8Array): Promise<Error | null | undefined> =>
  new Promise((resolve) => sink.write(chunk, resolve));

/**
 * Sends until all is sent or the remote side stops reading (a full disk); which of the two, the exit status tells.
 * @returns why the source could not be read, if so
 */
async function send(
  source: AsyncIterable<Uint8Array>,
  sink: Writable,
  end: boolean,
  exited: Promise<unknown>,
): Promise<Error | undefined> {
  const stop = exited.then(() => new Error('the remote side stopped reading'));
  try {
    for await (const chunk of source) {
      if (await Promise.race([written(sink, chunk), stop])) return undefined;
    }
    if (end) sink.end();
    return undefined;
  } catch (error) {
    sink.end();
    return error as Error;
  }
}

/**
 * Writes `source` into a new remote file, mode 0600.
 * @param path of the remote file; it must not exist
 * @throws ToaError E_UPLOAD with the host's own words ("No space left on device"); E_CONNECTION_LOST
 */
export async function upload(start: StartBulk, source: UploadSource, path: string, host: string): Promise<void> {
  const size = 'path' in source ? (await stat(source.path)).size : source.data.byteLength;
  const file = shellQuote(path);
  // A terminal in raw mode has no end of file: there the size says where the data ends (and `head` comes with it).
  const mark = newMark();
  const script = `echo ${mark}; umask 077; set -C; if [ -t 0 ]; then set -- head -c ${size}; else set -- cat; fi; if "$@" >${file}; then wc -c <${file}; else rm -f ${file}; exit 1; fi`;
  const { channel, pty } = await start(script);
  const said = Promise.all([textOf(channel.stdout.pipe(afterMark(mark))), textOf(channel.stderr)]);
  const data = 'path' in source ? sharedRead(source.path) : Readable.from([Buffer.from(source.data)]);
  const failure = await send(data, channel.stdin, !pty, channel.exited);
  const exit = await channel.exited;
  const [out, err] = await said;
  if (exit.code === 0 && Number(out.trim()) === size) return;
  if (exit.refused) throw channelRefused(host);
  if (failure) throw failure;
  if (exit.lost) throw lost(host, path);
  const why = exit.code === 0 ? `${size} bytes were sent, ${out.trim()} arrived` : err.trim() || `exit ${exit.code}`;
  throw uploadError(host, path, why);
}

export function uploadError(host: string, path: string, why: string): ToaError {
  return new ToaError('E_UPLOAD', `${host}: cannot write ${path}: ${why}`, { remedy: uploadRemedy(why) });
}

function uploadRemedy(why: string): string {
  if (/no space left|quota/i.test(why)) return 'free some space on that file system of the host (df), then run again';
  if (/read-only/i.test(why)) return 'that file system is mounted read-only: remount it, or use another folder';
  if (/denied|permitted/i.test(why)) return 'use become, or a folder that this user may write to';
  return 'look at the file system of the host, then run again';
}

function lost(host: string, path: string): ToaError {
  return new ToaError('E_CONNECTION_LOST', `${host}: the connection was cut off while ${path} was transferred`, {
    remedy: 'run again: a half file stands only under a hidden name',
  });
}

/** Streams a remote file into `sink`. */
async function read(
  start: StartBulk,
  path: string,
  host: string,
  most: number,
  sink: (out: Readable) => Promise<void>,
) {
  const mark = newMark();
  const { channel } = await start(`echo ${mark}; exec cat <${shellQuote(path)}`);
  channel.stdin.end();
  const limit = atMost(most, host, path);
  // what comes after the limit is not waited for
  limit.once('error', () => channel.end());
  const out = channel.stdout.pipe(afterMark(mark)).pipe(limit);
  const [, err] = await Promise.all([sink(out), textOf(channel.stderr)]);
  const exit = await channel.exited;
  if (exit.refused) throw channelRefused(host);
  if (exit.lost) throw lost(host, path);
  if (exit.code === 0) return;
  throw readError(host, path, err.trim() || `exit ${exit.code}`);
}

export function readError(host: string, path: string, why: string): ToaError {
  return new ToaError('E_REMOTE_READ', `${host}: cannot read ${path}: ${why}`, {
    remedy: 'check the path, and whether this user may read it (become)',
  });
}

/**
 * @param most bytes that are taken
 * @throws ToaError E_REMOTE_READ with what the host said; E_OUTPUT_TOO_LARGE
 */
export async function download(start: StartBulk, path: string, host: string, most: number): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  await read(start, path, host, most, async (out) => {
    for await (const chunk of out) chunks.push(chunk as Buffer);
  });
  return Buffer.concat(chunks);
}

/** @throws ToaError as download does */
export function downloadTo(
  start: StartBulk,
  path: string,
  localPath: string,
  host: string,
  most: number,
): Promise<void> {
  return intoFile(localPath, (write) => read(start, path, host, most, write));
}

/** Streams into a hidden file beside `localPath`, then renames: a half file never stands under the real name. */
export async function intoFile(
  localPath: string,
  bring: (write: (out: Readable) => Promise<void>) => Promise<void>,
): Promise<void> {
  const hidden = join(dirname(localPath), `.${basename(localPath)}.${randomBytes(6).toString('hex')}`);
  try {
    await bring((out) => pipeline(out, createWriteStream(hidden, { flags: 'wx' })));
    await rename(hidden, localPath);
  } catch (error) {
    await rm(hidden, { force: true });
    throw error;
  }
}
