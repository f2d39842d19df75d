import { connect, createServer, type Server, type Socket } from 'node:net';

/** A TCP relay between us and a server, to delay, count and cut off what passes. */
export class Relay {
  /** Milliseconds that each piece is held back, in each direction. */
  delayMs = 0;
  /**
   * Milliseconds that the client must have been silent before it hears the server: then all that it can send without an
   * answer has been sent, however busy the machine is.
   */
  quietMs = 0;
  /** True: everything is swallowed, nobody is told. */
  isBlackHole = false;
  /** How often the client spoke after it had heard the server: round trips, when each waits for the last. */
  turns = 0;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #held = new Map<Socket, Buffer[]>();
  #hasHeard = true;
  #spokeAt = 0;

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
      if (who === 'client') this.#spoke();
      if (this.isBlackHole) return;
      if (who === 'client') setTimeout(() => to.write(data), this.delayMs);
      else setTimeout(() => this.#hear(to, data), this.delayMs);
    });
    from.on('error', () => undefined);
    from.on('close', () => {
      if (!this.isBlackHole) setTimeout(() => to.end(), this.delayMs);
    });
  }

  #spoke(): void {
    if (this.#hasHeard) this.turns++;
    this.#hasHeard = false;
    this.#spokeAt = performance.now();
  }

  /** In the order in which it came: what is held back goes first. */
  #hear(client: Socket, data: Buffer): void {
    const held = this.#held.get(client);
    if (held) held.push(data);
    else if (this.#missing() > 0) {
      this.#held.set(client, [data]);
      this.#release(client);
    } else this.#tell(client, data);
  }

  #release(client: Socket): void {
    const missing = this.#missing();
    if (missing > 0) {
      setTimeout(() => this.#release(client), missing);
      return;
    }
    const held = this.#held.get(client) ?? [];
    this.#held.delete(client);
    this.#tell(client, Buffer.concat(held));
  }

  #tell(client: Socket, data: Buffer): void {
    this.#hasHeard = true;
    client.write(data);
  }

  #missing(): number {
    return this.quietMs === 0 ? 0 : Math.ceil(this.quietMs - (performance.now() - this.#spokeAt));
  }

  listen(port: number, host: string): Promise<void> {
    return new Promise((done) => this.#server.listen(port, host, done));
  }

  close(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
  }
}
