// compile.mjs BUNDLE CACHE: runs site.yml from the bundle, on this machine over SSH, and keeps the code that Node compiled
// for it: what runs use. All functions of the bundle would be twice as much to load.
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir, userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { Script } from 'node:vm';
import ssh2 from 'ssh2';
import { keyPair } from './key-pair.mjs';
import { startServer } from './ssh-server.mjs';

const [bundle, cache] = process.argv.slice(2);
// Flags are a part of the cache: they must be as Node has them when it is written.
setFlagsFromString('--no-flush-bytecode');
const source = readFileSync(bundle);
const script = new Script(source.toString('latin1'), { filename: bundle });
const module = { exports: {} };
script.runInThisContext()(module, createRequire(bundle), dirname(bundle), pathToFileURL(bundle).href);

const work = mkdtempSync(join(tmpdir(), 'toa-play-build-'));
const clientKey = keyPair(ssh2.utils);
const server = await startServer({ clientKey });
try {
  const file = (name, text) => {
    writeFileSync(join(work, name), text, { mode: 0o600 });
    return join(work, name);
  };
  const key = file('key', clientKey.private);
  const known = file('known_hosts', `[127.0.0.1]:${server.port} ${server.hostKey}\n`);
  const options = `-F none -o UserKnownHostsFile=${known} -o GlobalKnownHostsFile=none`;
  const hosts = file(
    'hosts',
    `[all:vars]
ansible_port=${server.port}
ansible_user=${userInfo().username}
ansible_ssh_private_key_file=${key}
ansible_ssh_common_args='${options}'
work=${work}
[fleet]
one ansible_host=127.0.0.1
two ansible_host=127.0.0.1 work=${work}/two
`,
  );
  const site = fileURLToPath(new URL('site.yml', import.meta.url));
  // Not as the builder's own configuration has it.
  for (const name of Object.keys(process.env)) if (name.startsWith('ANSIBLE_')) delete process.env[name];
  process.env.ANSIBLE_CONFIG = file('ansible.cfg', '');
  process.chdir(work);
  const status = await module.exports.main([site, '-i', hosts]);
  if (status !== 0) throw new Error(`the run for the compiled code ended with ${status}`);
} finally {
  server.end();
  rmSync(work, { recursive: true, force: true });
}
setFlagsFromString('--flush-bytecode');
// In front of the code the hash of its text, by which bin/toa-play.js knows that the one belongs to the other.
writeFileSync(cache, Buffer.concat([createHash('sha256').update(source).digest(), script.createCachedData()]));
