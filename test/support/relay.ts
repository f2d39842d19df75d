import { connect, createServer, type Server, type Socket } from 'node:net';

/** A TCP relay between us and a server, to delay, count and cut off what passes. */
export class Relay {
  /** Milliseconds that each piece is held back, in each direction. */
  delayMs = 0;
  /** True: everything is swallowed, nobody is told. */
  isBlackHole = false;
  /** How often we spoke after the server did: round trips, when each waits for the last. */
  turns = 0;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #lastSpoke = 'server';

  constructor(to: { readonly host: string; readonly port: number }) {
    this.#server = createServer((near) => {
      const far = connect(to.port, to.host);
      this.#pass(near, far, 'client');
      this.#pass(far, near, 'server');
    });
  }

  #pass(from: Socket, to: Socket, who: string): void {
    from.setNoDelay(true);
    this.#sockets.add(from);
    from.on('data', (data) => {
      if (who === 'client' && this.#lastSpoke === 'server') this.turns++;
      this.#lastSpoke = who;
      if (!this.isBlackHole) setTimeout(() => to.write(data), this.delayMs);
    });
    from.on('error', () => undefined);
    from.on('close', () => {
      if (!this.isBlackHole) setTimeout(() => to.end(), this.delayMs);
    });
  }

  listen(port: number, host: string): Promise<void> {
    return new Promise((done) => this.#server.listen(port, host, done));
  }

  close(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
  }
}
