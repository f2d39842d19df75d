import { createReadStream, existsSync, statSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { extname, join, normalize } from 'node:path';
import { TestSshd } from '../../support/sshd.ts';
import { runProgram } from '../../../scripts/lib/programs.mjs';

async function freePort(): Promise<number> {
  const server = createTcpServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
}

const TYPES: Readonly<Record<string, string>> = { '.json': 'application/json', '.txt': 'text/plain' };

/** Answers for a file as Python's http.server, against which the cases were recorded. */
function answer(request: IncomingMessage, response: ServerResponse, path: string): void {
  if (request.method !== 'GET' && request.method !== 'HEAD') return void response.writeHead(501).end();
  const file = statSync(path, { throwIfNoEntry: false });
  if (!file?.isFile()) return void response.writeHead(404, 'File not found').end();
  const since = Date.parse(request.headers['if-modified-since'] ?? '');
  if (Math.floor(file.mtimeMs / 1000) * 1000 <= since) return void response.writeHead(304).end();
  response.writeHead(200, {
    'content-length': file.size,
    'content-type': TYPES[extname(path)] ?? 'application/octet-stream',
    'last-modified': file.mtime.toUTCString(),
  });
  if (request.method === 'HEAD') response.end();
  else createReadStream(path).pipe(response);
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
      answer(request, response, path);
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
    runProgram('sh', ['-c', 'command -v "$1"', 'sh', program]);
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
