// load.mjs FILE NAME,ADDRESS,OWN...: requests from an address of ours to port 8000 of each address until SIGTERM, then how they went as JSON in FILE.
// On each address two workers: one takes a connection for each request, the other keeps one for twenty. A request is lost
// when its connection is refused, ends early, or answers other than 200.
import { writeFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';

const [file, ...targets] = process.argv.slice(2);
const counts = {};
const end = new AbortController();
process.on('SIGTERM', () => end.abort());

/** One request; gives the client's own address and port, and whom the server saw. */
function ask(host, own, agent) {
  return new Promise((resolve, reject) => {
    const sent = request({ host, port: 8000, localAddress: own, agent, timeout: 15_000 }, (response) => {
      const { localAddress, localPort } = response.socket;
      let body = '';
      response.setEncoding('utf8').on('data', (piece) => (body += piece));
      response.on('error', reject).on('end', () => {
        if (response.statusCode !== 200 || !response.complete) reject(new Error(`status ${response.statusCode}`));
        else resolve({ own: localAddress, port: localPort, body });
      });
    });
    sent
      .on('timeout', () => sent.destroy(new Error('no answer in 15 s')))
      .on('error', reject)
      .end();
  });
}

async function worker(name, host, from, requestsOfAConnection) {
  const count = (counts[name] ??= { requests: 0, lost: 0, client: 0, other: 0, errors: [] });
  while (!end.signal.aborted) {
    const agent = new Agent({ keepAlive: requestsOfAConnection > 1, maxSockets: 1 });
    for (let i = 0; i < requestsOfAConnection && !end.signal.aborted; i++) {
      count.requests++;
      const asked = Date.now();
      try {
        const { own, body } = await ask(host, from, agent);
        if (body.includes(own)) count.client++;
        else count.other++;
      } catch (error) {
        count.lost++;
        if (count.errors.length < 5) {
          const which = `request ${i + 1} of ${requestsOfAConnection}, after ${Date.now() - asked} ms`;
          count.errors.push(`${new Date().toISOString()} ${host}: ${error.code} ${error.message}, ${which}`);
        }
      }
      await pause(50);
    }
    agent.destroy();
  }
}

await Promise.all(
  targets.flatMap((target) => {
    const [name, host, own] = target.split(',');
    return [1, 20].map((requests) => worker(name, host, own, requests));
  }),
);
writeFileSync(file, `${JSON.stringify(counts)}\n`);
