import { type FileHandle, open } from 'node:fs/promises';
import { Readable } from 'node:stream';

const CHUNK_BYTES = 256 * 1024;
/** So many chunks are kept for those who come a little later: 16 MiB in all, however large the file. */
const WINDOW = 64;

/** A local file that several uploads read at the same time. */
class SharedFile {
  users = 0;
  /** Chunks read from the disk, for tests. */
  reads = 0;
  private readonly handle: Promise<FileHandle>;
  private readonly chunks = new Map<number, Promise<Buffer>>();

  constructor(path: string) {
    this.handle = open(path);
  }

  /** A chunk by its number; from the window when it is there, else from the disk (again, for a straggler). */
  chunk(index: number): Promise<Buffer> {
    const known = this.chunks.get(index);
    if (known) return known;
    const read = this.read(index);
    this.chunks.set(index, read);
    for (const oldest of this.chunks.keys()) {
      if (this.chunks.size <= WINDOW) break;
      this.chunks.delete(oldest);
    }
    return read;
  }

  private async read(index: number): Promise<Buffer> {
    this.reads++;
    const buffer = Buffer.allocUnsafe(CHUNK_BYTES);
    const { bytesRead } = await (await this.handle).read(buffer, 0, CHUNK_BYTES, index * CHUNK_BYTES);
    return buffer.subarray(0, bytesRead);
  }

  async close(): Promise<void> {
    this.chunks.clear();
    await (await this.handle).close();
  }
}

const openFiles = new Map<string, SharedFile>();

async function* chunksOf(path: string): AsyncGenerator<Buffer> {
  let file = openFiles.get(path);
  if (!file) openFiles.set(path, (file = new SharedFile(path)));
  file.users++;
  try {
    for (let index = 0; ; index++) {
      const chunk = await file.chunk(index);
      if (chunk.length > 0) yield chunk;
      if (chunk.length < CHUNK_BYTES) return;
    }
  } finally {
    file.users--;
    if (file.users === 0) {
      openFiles.delete(path);
      await file.close();
    }
  }
}

/**
 * Streams a local file. Streams of the same file that run at the same time share one read of it through a window of
 * 16 MiB: the same file to 50 hosts is neither held in memory nor read 50 times; who falls behind the window reads again.
 */
export function sharedRead(path: string): Readable {
  return Readable.from(chunksOf(path), { objectMode: false, highWaterMark: CHUNK_BYTES });
}

/** How often the disk was asked for a file that is being read now, for tests. */
export function readsOf(path: string): number {
  return openFiles.get(path)?.reads ?? 0;
}
