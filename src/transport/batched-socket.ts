import { Socket } from 'node:net';
import { hasTurnTime, shareTurn } from '../base/turns.ts';

/**
 * A socket that sends what is written in one turn of the event loop at once: ssh2 writes each packet by itself; system
 * calls and the server's waking up are a fifth of the CPU at 50 hosts. What arrives is handed on when the turn has time:
 * eighty servers that answer together are a millisecond each, of key exchange.
 */
class BatchedSocket extends Socket {
  /** What has arrived and is not handed on; null is the end. */
  readonly #arrived: any[] = [];

  override push(chunk: any, encoding?: BufferEncoding): boolean {
    if (this.#arrived.length === 0 && hasTurnTime()) return super.push(chunk, encoding);
    if (this.#arrived.push(chunk) === 1) void shareTurn().then(() => this.#handOn());
    return true;
  }

  #handOn(): void {
    for (const chunk of this.#arrived.splice(0)) super.push(chunk);
  }

  /** An error, or the server's end, comes after what it has said. */
  override destroy(error?: Error): this {
    this.#handOn();
    return super.destroy(error);
  }

  override write(chunk: any, encoding?: any, done?: any): boolean {
    if (this.writableCorked === 0) {
      this.cork();
      process.nextTick(() => this.uncork());
    }
    return super.write(chunk, encoding, done);
  }
}

/** Begins to connect; errors are reported on the socket. */
export function connectBatched(host: string, port: number): Socket {
  const socket = new BatchedSocket();
  socket.setNoDelay(true);
  socket.setMaxListeners(0);
  socket.connect({ host, port });
  return socket;
}
