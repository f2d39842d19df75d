import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { ToaError } from '../../base/errors.ts';
import type { Call, CallResult } from '../contract.ts';
import { FILES, FILES_ON_DISK, outputTooLarge } from './bounded-output.ts';
import {
  download,
  downloadTo,
  intoFile,
  readError,
  upload,
  uploadError,
  type StartBulk,
  type UploadSource,
} from './bulk.ts';
import { IN_BAND } from './scripts.ts';

/** Bytes of a piece of a file: one call, and in memory at one time. */
const PIECE = 256 * 1024;
/** Files up to here are read in one call: those of the kernel do not know how long they are. */
const WHOLE = 4 * 1024 * 1024;
const PIECE_DOWN = 1024 * 1024;

/** Where the files travel: calls of one shell. */
export interface InBand {
  readonly host: string;
  readonly call: (call: Call) => Promise<CallResult>;
}

const ask = ({ call }: InBand, fn: string, args: readonly string[], more: Partial<Call> = {}): Promise<CallResult> =>
  call({ scripts: [IN_BAND], fn, args, ...more });

/**
 * As `upload` of bulk.ts, by calls that append a piece each.
 * @throws ToaError E_UPLOAD, E_CONNECTION_LOST
 */
async function uploadInBand(way: InBand, source: UploadSource, path: string): Promise<void> {
  const must = async (fn: string, stdin?: Uint8Array | string): Promise<string> => {
    const { rc, stdout, stderr } = await ask(way, fn, [path], { stdin });
    if (rc !== 0) throw uploadError(way.host, path, stderr.trim() || `exit ${rc}`);
    return stdout.trim();
  };
  const readsBase64 = (await must('in_band_begin')) === 'base64';
  let sent = 0;
  try {
    for await (const piece of pieces(source)) {
      if (readsBase64) await must('in_band_more_base64', Buffer.from(piece).toString('base64'));
      else await must('in_band_more', piece);
      sent += piece.length;
    }
    const arrived = Number(await must('in_band_size'));
    if (arrived !== sent) throw uploadError(way.host, path, `${sent} bytes were sent, ${arrived} arrived`);
  } catch (error) {
    await ask(way, 'rm', ['-f', path]).catch(() => undefined);
    throw error;
  }
}

/** Pieces of a file. */
async function* pieces(source: UploadSource): AsyncGenerator<Uint8Array> {
  if ('path' in source) {
    for await (const piece of createReadStream(source.path, { highWaterMark: PIECE })) yield piece as Buffer;
    return;
  }
  for (let at = 0; at < source.data.length; at += PIECE) yield source.data.subarray(at, at + PIECE);
}

/**
 * Gives a remote file in pieces.
 * @param most bytes that are taken
 * @throws ToaError E_REMOTE_READ, E_OUTPUT_TOO_LARGE, E_CONNECTION_LOST
 */
async function* downloadInBand(way: InBand, path: string, most: number): AsyncGenerator<Uint8Array> {
  const must = async (fn: string, ...args: string[]): Promise<Uint8Array> => {
    const { rc, stdoutBytes, stderr } = await ask(way, fn, [path, ...args], { bringsFile: true });
    if (rc !== 0) throw readError(way.host, path, stderr.trim() || `exit ${rc}`);
    return stdoutBytes;
  };
  const size = Number(Buffer.from(await must('in_band_size')).toString('latin1'));
  if (!(size <= most)) throw outputTooLarge(way.host, most, `${path} has more than`);
  if (size <= WHOLE) {
    yield await must('in_band_all');
    return;
  }
  let got = 0;
  for (let index = 0; got < size; index++) {
    const piece = await must('in_band_piece', String(index), String(PIECE_DOWN));
    if (piece.length === 0) throw readError(way.host, path, 'it became shorter while it was read');
    got += piece.length;
    yield piece;
  }
}

/** The files of one shell: over channels of their own, or through the shell where the server allows no more. */
export class Transfers {
  readonly #start: StartBulk;
  readonly #way: InBand;
  readonly #most: number;
  #isAlone = false;

  /** @param most bytes of a call's output that are kept */
  constructor(start: StartBulk, way: InBand, most: number) {
    this.#start = start;
    this.#way = way;
    this.#most = most;
  }

  /** Once a server has refused a channel it is not asked again: it may take seconds to. */
  async #either<T>(beside: () => Promise<T>, inBand: () => Promise<T>): Promise<T> {
    if (this.#isAlone) return inBand();
    try {
      return await beside();
    } catch (error) {
      if (!(error instanceof ToaError) || error.code !== 'E_CHANNEL') throw error;
      this.#isAlone = true;
      return inBand();
    }
  }

  upload(source: UploadSource, path: string): Promise<void> {
    const way = this.#way;
    return this.#either(
      () => upload(this.#start, source, path, way.host),
      () => uploadInBand(way, source, path),
    );
  }

  download(path: string): Promise<Uint8Array> {
    const most = this.#most * FILES;
    return this.#either(
      () => download(this.#start, path, this.#way.host, most),
      async () => {
        const got: Uint8Array[] = [];
        for await (const piece of downloadInBand(this.#way, path, most)) got.push(piece);
        return Buffer.concat(got);
      },
    );
  }

  downloadTo(path: string, localPath: string): Promise<void> {
    const most = this.#most * FILES_ON_DISK;
    return this.#either(
      () => downloadTo(this.#start, path, localPath, this.#way.host, most),
      () => intoFile(localPath, (write) => write(Readable.from(downloadInBand(this.#way, path, most)))),
    );
  }
}
