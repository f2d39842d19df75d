// floor.mjs ADDRESSES PORT KEY ROUNDS: what ssh2 itself costs. One connection and one open sh for each address of the
// file, ROUNDS lines of shell on it, one after the other, each waited for. Host keys are not checked.
import { readFileSync } from 'node:fs';
import ssh2 from 'ssh2';

const [file, port, keyFile, rounds] = process.argv.slice(2);
const privateKey = readFileSync(keyFile);
const LINE = 'f=/tmp/x$$; [ -e /etc/passwd ] && m=$(stat -c %a /etc/passwd); printf "OK %s\\n" "$m"\n';

function session(host) {
  return new Promise((resolve, reject) => {
    const client = new ssh2.Client();
    client.on('error', reject);
    client.on('ready', () => {
      client.exec('/bin/sh', (error, stream) => {
        if (error) return reject(error);
        let left = Number(rounds);
        let answer = '';
        const next = () => {
          if (left-- > 0) return stream.write(LINE);
          stream.end();
          client.end();
          resolve();
        };
        stream.on('data', (data) => {
          answer += data;
          if (!answer.endsWith('\n')) return;
          answer = '';
          next();
        });
        next();
      });
    });
    client.connect({ host, port: Number(port), username: 'root', privateKey, readyTimeout: 300_000 });
  });
}

const begun = performance.now();
await Promise.all(readFileSync(file, 'utf8').trim().split('\n').map(session));
process.stdout.write(`${(performance.now() - begun).toFixed(0)}\n`);
