import { type FileHandle, open } from 'node:fs/promises';

const CHUNK_BYTES = 256 * 1024;
/** So many chunks are kept for those who come a little later: 16 MiB in all, however large the file. */
const WINDOW = 64;

interface Chunk {
  readonly data: Promise<Buffer>;
  readers: number;
  inWindow: boolean;
}

/** A local file that several uploads read at the same time. */
class SharedFile {
  users = 0;
  /** Chunks read from the disk, for tests. */
  reads = 0;
  private readonly handle: Promise<FileHandle>;
  private readonly chunks = new Map<number, Chunk>();
  /** Buffers that nobody reads any more. New ones for each chunk would keep the garbage collector busy. */
  private readonly free: Buffer[] = [];

  constructor(path: string) {
    this.handle = open(path);
  }

  /** A chunk by its number; from the window when it is there, else from the disk (again, for a straggler). */
  take(index: number): Chunk {
    const chunk = this.chunks.get(index) ?? this.add(index);
    chunk.readers++;
    return chunk;
  }

  private add(index: number): Chunk {
    const chunk = { data: this.read(index), readers: 0, inWindow: true };
    // whoever waits for it learns of a failure; one that was read ahead may have nobody
    chunk.data.catch(() => undefined);
    this.chunks.set(index, chunk);
    for (const [oldest, old] of this.chunks) {
      if (this.chunks.size <= WINDOW) break;
      this.chunks.delete(oldest);
      old.inWindow = false;
      this.recycle(old);
    }
    return chunk;
  }

  give(chunk: Chunk): void {
    chunk.readers--;
    this.recycle(chunk);
  }

  private recycle({ data, readers, inWindow }: Chunk): void {
    if (readers > 0 || inWindow) return;
    data.then(
      (buffer) => buffer.length === CHUNK_BYTES && this.free.push(buffer),
      () => undefined,
    );
  }

  private async read(index: number): Promise<Buffer> {
    this.reads++;
    const buffer = this.free.pop() ?? Buffer.allocUnsafeSlow(CHUNK_BYTES);
    const { bytesRead } = await (await this.handle).read(buffer, 0, CHUNK_BYTES, index * CHUNK_BYTES);
    return buffer.subarray(0, bytesRead);
  }

  async close(): Promise<void> {
    this.chunks.clear();
    await (await this.handle).close();
  }
}

const openFiles = new Map<string, SharedFile>();

/**
 * Reads a local file in chunks. A chunk is valid until the next one is asked for: its memory is used again. Those who
 * read the same file at the same time share one read of it through a window of 16 MiB: the same file to 50 hosts is
 * neither held in memory nor read 50 times; a host that falls behind the window reads again.
 */
export async function* sharedRead(path: string): AsyncGenerator<Buffer, void, undefined> {
  let file = openFiles.get(path);
  if (!file) openFiles.set(path, (file = new SharedFile(path)));
  file.users++;
  try {
    let next = file.take(0);
    for (let index = 1; ; index++) {
      const chunk = next;
      const data = await chunk.data;
      const isLast = data.length < CHUNK_BYTES;
      // read while this one is being sent
      if (!isLast) next = file.take(index);
      if (data.length > 0) yield data;
      file.give(chunk);
      if (isLast) return;
    }
  } finally {
    file.users--;
    if (file.users === 0) {
      openFiles.delete(path);
      await file.close();
    }
  }
}

/** How often the disk was asked for a file that is being read now, for tests. */
export function readsOf(path: string): number {
  return openFiles.get(path)?.reads ?? 0;
}
