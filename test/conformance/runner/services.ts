import { execFileSync } from 'node:child_process';
import { createReadStream, existsSync, statSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { join, normalize } from 'node:path';
import { TestSshd } from '../../support/sshd.ts';

async function freePort(): Promise<number> {
  const server = createTcpServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
}

/** An HTTP server for the files of a folder, and an sshd on 127.0.0.1 to 127.0.0.4. */
export class Services {
  private readonly root: string;
  private sshd: TestSshd | undefined;
  private http: Server | undefined;

  constructor(root: string) {
    this.root = root;
  }

  async startSsh(): Promise<void> {
    this.sshd = new TestSshd('127.0.0.1', await freePort());
    const { port } = this.sshd;
    await this.sshd.start([2, 3, 4].map((last) => `ListenAddress 127.0.0.${last}:${port}`));
  }

  async startHttp(): Promise<void> {
    this.http = createServer((request, response) => {
      const path = join(this.root, normalize(decodeURIComponent(new URL(request.url ?? '/', 'http://x').pathname)));
      if (!existsSync(path) || !statSync(path).isFile()) response.writeHead(404).end();
      else {
        response.writeHead(200, { 'content-length': statSync(path).size });
        if (request.method === 'HEAD') response.end();
        else createReadStream(path).pipe(response);
      }
    });
    await new Promise<void>((done) => this.http?.listen(0, '127.0.0.1', done));
  }

  get sshPort(): number {
    return this.sshd?.port ?? 0;
  }

  get sshKey(): string {
    return this.sshd?.clientKey ?? '';
  }

  get httpAddress(): string {
    return `127.0.0.1:${(this.http?.address() as AddressInfo | undefined)?.port ?? 0}`;
  }

  async stop(): Promise<void> {
    await this.sshd?.stop();
    this.http?.close();
  }
}

function has(program: string): boolean {
  try {
    execFileSync('sh', ['-c', 'command -v "$1"', 'sh', program], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** The need that this machine cannot serve, if any. */
export function missingNeed(needs: readonly string[]): string | undefined {
  return needs.find((need) => {
    if (need === 'root') return process.geteuid?.() !== 0;
    if (need === 'sshd') return !existsSync('/usr/sbin/sshd');
    if (need === 'apt') return !has('apt-get');
    return need !== 'http' && !has(need);
  });
}
