import { once } from 'node:events';
import ssh2 from 'ssh2';
import { childProgram } from '../lib/programs.mjs';
import { keyPair } from './key-pair.mjs';

/**
 * An SSH server on a loopback port of its own, in this process. It lets the holder of `clientKey` in and gives commands
 * to sh. For the build only, which has no sshd.
 * @returns its port, its public host key in OpenSSH's words, what ends it
 */
export async function startServer({ clientKey }) {
  const host = keyPair(ssh2.utils);
  const allowed = ssh2.utils.parseKey(clientKey.public);
  const clients = new Set();
  const server = new ssh2.Server({ hostKeys: [host.private] }, (client) => {
    clients.add(client);
    client.on('authentication', (login) => authenticate(login, allowed));
    client.on('session', (accept) => accept().on('exec', (ok, _reject, { command }) => run(ok(), command)));
    client.on('error', () => {}).on('close', () => clients.delete(client));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const end = () => {
    for (const client of clients) client.end();
    server.close();
  };
  return { port: server.address().port, hostKey: host.public, end };
}

function authenticate(login, allowed) {
  const isOurs =
    login.method === 'publickey' &&
    login.key.data.equals(allowed.getPublicSSH()) &&
    (login.signature === undefined || allowed.verify(login.blob, login.signature, login.hashAlgo) === true);
  if (isOurs) login.accept();
  else login.reject(['publickey']);
}

function run(channel, command) {
  const child = childProgram('/bin/sh', ['-c', command], { stdio: 'pipe' });
  child.stdout.pipe(channel, { end: false });
  child.stderr.pipe(channel.stderr, { end: false });
  channel.pipe(child.stdin);
  child.stdin.on('error', () => {});
  child.on('close', (code) => {
    channel.exit(code ?? 1);
    channel.end();
  });
}
