// node look.mjs SSH_CONFIG HOST COMMAND, in the controller's network: runs a command on a host over node-ssh, a client that
// is not ours, and prints {code, stdout, stderr}. Host keys are checked against the fleet's known_hosts.
import { readFileSync } from 'node:fs';
import { NodeSSH } from 'node-ssh';
import SSHConfig from 'ssh-config';

/** What the old OpenSSH of a host still needs; `+name` in ssh_config adds to the defaults. */
const added = (value) => ({ append: value ? value.replace(/^\+/, '').split(',') : [], prepend: [], remove: [] });

function knownKeys(file, { HostName: host, Port: port }) {
  const name = port === '22' ? host : `[${host}]:${port}`;
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines.map((line) => line.split(' ')).flatMap(([of, , key]) => (of === name ? [key] : []));
}

async function connected(config, name) {
  const of = config.compute(name);
  const keys = knownKeys([of.UserKnownHostsFile].flat()[0], of);
  const jump = of.ProxyJump && (await connected(config, of.ProxyJump));
  const sock = jump && (await jump.client.forwardOut('127.0.0.1', 0, of.HostName, Number(of.Port)));
  const client = await new NodeSSH().connect({
    host: of.HostName,
    port: Number(of.Port),
    username: of.User,
    privateKeyPath: [of.IdentityFile].flat()[0],
    sock,
    hostVerifier: (key) => keys.includes(key.toString('base64')),
    algorithms: { kex: added(of.KexAlgorithms), serverHostKey: added(of.HostKeyAlgorithms), hmac: added(of.MACs) },
  });
  return { client, end: () => [client, jump?.client].forEach((one) => one?.dispose()) };
}

const [file, host, command] = process.argv.slice(2);
const { client, end } = await connected(SSHConfig.parse(readFileSync(file, 'utf8')), host);
const { code, stdout, stderr } = await client.execCommand(command, { noTrim: true });
process.stdout.write(JSON.stringify({ code, stdout, stderr }));
end();
