import { createHash } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ModuleResult } from '../../src/base/result.ts';
import { tree, useScratch } from '../../test/support/scratch.ts';
import { forEachShell } from '../../test/support/shells.ts';
import { runVerb, type VerbRunOptions } from '../../test/support/verb-context.ts';
import { verb as uri } from '../uri/task.ts';
import { findChecksum } from './checksum.ts';
import { verb } from './task.ts';

const DATA = 'the artifact\n';
const SUM = createHash('sha256').update(DATA).digest('hex');

let server: Server;
let base = '';
let hits: string[] = [];

beforeAll(async () => {
  server = createServer((request, response) => {
    hits.push(`${request.method} ${request.url}`);
    let body = '';
    request.on('data', (chunk) => (body += chunk));
    request.on('end', () => {
      if (request.url === '/file') response.end(DATA);
      else if (request.url === '/SUMS') response.end(`0000  other\n${SUM} *file\n`);
      else if (request.url === '/moved') response.writeHead(302, { location: '/file' }).end();
      else if (request.url === '/secret') {
        const isOpen = request.headers.authorization === `Basic ${Buffer.from('ann:p"w\\ d').toString('base64')}`;
        response.writeHead(isOpen ? 200 : 401, { 'www-authenticate': 'Basic realm="x"' }).end(isOpen ? 'open' : '');
      } else if (request.url === '/echo') {
        const { 'x-my': mine, 'content-type': type } = request.headers;
        response.writeHead(201, { 'content-type': 'application/json', 'set-cookie': 'a=b; Path=/' });
        response.end(JSON.stringify({ method: request.method, body, mine, type }));
      } else response.writeHead(404).end('gone');
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.close());

describe('findChecksum', () => {
  it('reads lists and single words', () => {
    expect(findChecksum('abc\n', 'f')).toBe('abc');
    expect(findChecksum('abc  x\ndef  ./f\n', 'f')).toBe('def');
    expect(findChecksum('abc *x\n', 'f')).toBeUndefined();
  });
});

forEachShell('get_url and uri', (shell) => {
  const at = useScratch();
  const get = async (args: Record<string, unknown>, options?: VerbRunOptions): Promise<ModuleResult> =>
    runVerb(verb, args, await shell(), options);
  const ask = async (args: Record<string, unknown>): Promise<ModuleResult> => runVerb(uri, args, await shell());

  it('downloads once when the checksum is right', async () => {
    hits = [];
    const args = { url: `${base}/file`, dest: at('f'), checksum: `sha256:${SUM}`, mode: '0600' };
    expect(await get(args)).toMatchObject({ changed: true, status_code: 200, msg: 'OK (13 bytes)', mode: '0600' });
    expect(await get(args)).toMatchObject({ changed: false, msg: 'file already exists' });
    expect(hits).toEqual(['GET /file']);
    expect(tree(at())).toEqual({ f: `0600 ${DATA}` });
  });

  it('leaves the old file when the checksum is wrong', async () => {
    writeFileSync(at('f'), 'old');
    const result = await get({ url: `${base}/file`, dest: at('f'), checksum: `sha256:${'0'.repeat(64)}` });
    expect(result).toMatchObject({ failed: true });
    expect(result.msg).toContain(`it was ${SUM}.`);
    expect(tree(at())).toEqual({ f: '0644 old' });
  });

  it('finds the checksum in a list', async () => {
    const result = await get({ url: `${base}/file`, dest: at('f'), checksum: `sha256:${base}/SUMS` });
    expect(result).toMatchObject({ changed: true });
    const other = await get({ url: `${base}/SUMS`, dest: at('g'), checksum: `sha256:${base}/SUMS` });
    expect(other.msg).toBe(`Unable to find a checksum for file 'SUMS' in '${base}/SUMS'`);
  });

  it('names the file in a folder by the last URL, and sees no change in the same content', async () => {
    expect(await get({ url: `${base}/moved`, dest: at() })).toMatchObject({ changed: true, dest: at('file') });
    expect(await get({ url: `${base}/moved`, dest: at(), force: true })).toMatchObject({ changed: false });
    expect(tree(at())).toEqual({ file: `0644 ${DATA}` });
  });

  it('says the status, and leaves nothing behind', async () => {
    const result = await get({ url: `${base}/none`, dest: at('f') });
    expect(result).toMatchObject({
      failed: true,
      status_code: 404,
      response: 'HTTP Error 404: Not Found',
      msg: 'Request failed',
    });
    const refused = await get({ url: 'http://127.0.0.1:1/x', dest: at('f') });
    expect(refused).toMatchObject({ failed: true, msg: expect.stringContaining('Request failed: <urlopen error') });
    expect(tree(at())).toEqual({});
  });

  it('writes nothing under check', async () => {
    expect(await get({ url: `${base}/file`, dest: at('f') }, { check: true })).toMatchObject({ changed: true });
    expect(tree(at())).toEqual({});
  });

  it('gives credentials that need quoting', async () => {
    const args = { url: `${base}/secret`, dest: at('f'), username: 'ann', password: 'p"w\\ d', force_basic_auth: true };
    expect(await get(args)).toMatchObject({ changed: true });
    expect(readFileSync(at('f'), 'utf8')).toBe('open');
  });

  it('refuses headers with a line break', async () => {
    expect(await get({ url: `${base}/file`, dest: at('f'), headers: { a: 'b\nc: d' } })).toMatchObject({
      failed: true,
    });
  });

  it('posts JSON and reads the answer', async () => {
    const args = {
      url: `${base}/echo`,
      method: 'POST',
      body: { k: "v'" },
      body_format: 'json',
      headers: { 'X-My': '$HOME' },
    };
    const result = await ask({ ...args, status_code: [200, 201], return_content: true });
    expect(result).toMatchObject({
      changed: false,
      status: 201,
      content_type: 'application/json',
      cookies: { a: 'b' },
    });
    expect(result['json']).toEqual({ method: 'POST', body: '{"k": "v\'"}', mine: '$HOME', type: 'application/json' });
    const bad = await ask(args);
    expect(bad).toMatchObject({ failed: true, status: 201 });
    expect(bad.msg).toContain('Status code was 201 and not [200]');
  });

  it('saves an answer, follows or not', async () => {
    expect(await ask({ url: `${base}/moved`, dest: at('f') })).toMatchObject({
      changed: true,
      path: at('f'),
      redirected: true,
    });
    expect(await ask({ url: `${base}/moved`, dest: at('f') })).toMatchObject({ changed: false });
    expect(await ask({ url: `${base}/moved`, follow_redirects: 'none', status_code: 302 })).toMatchObject({
      status: 302,
    });
  });

  it('works with wget and busybox alone', async () => {
    // a PATH with one program only is how a host without curl looks
    const bin = at('bin');
    const { mkdirSync, symlinkSync, existsSync } = await import('node:fs');
    for (const program of ['wget', 'busybox']) {
      mkdirSync(`${bin}-${program}`);
      const needed =
        'sh mktemp cat rm mv chmod sed awk grep tail head date stat sha1sum sha256sum md5sum wc tr readlink cp chown mkdir id umask cut ls touch';
      for (const name of needed.split(' ')) {
        const path = ['/usr/bin', '/bin']
          .map((folder) => `${folder}/${name}`)
          .find((candidate) => existsSync(candidate));
        if (path) symlinkSync(path, `${bin}-${program}/${name}`);
      }
      symlinkSync(`/usr/bin/${program}`, `${bin}-${program}/${program}`);
      const environment = { PATH: `${bin}-${program}` };
      const args = { url: `${base}/moved`, dest: at(program), checksum: `sha256:${SUM}` };
      expect(await get(args, { environment }), program).toMatchObject({ changed: true });
      expect(await get(args, { environment }), program).toMatchObject({ changed: false });
      expect(readFileSync(at(program), 'utf8')).toBe(DATA);
      const gone = await get({ url: `${base}/none`, dest: at('none') }, { environment });
      expect(gone, program).toMatchObject({ failed: true, status_code: 404 });
    }
    chmodSync(at(), 0o755);
  });
});
