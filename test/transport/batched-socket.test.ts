import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { connectBatched } from '../../src/transport/batched-socket.ts';

let server: Server;
let accepted: Socket[];

beforeEach(async () => {
  accepted = [];
  server = createServer((socket) => accepted.push(socket)).listen(0, '127.0.0.1');
  await once(server, 'listening');
});

afterEach(() => {
  for (const socket of accepted) socket.destroy();
  server.close();
});

function work(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

async function connected(count: number): Promise<Socket[]> {
  const { port } = server.address() as { port: number };
  const sockets = Array.from({ length: count }, () => connectBatched('127.0.0.1', port));
  await Promise.all(sockets.map((socket) => once(socket, 'connect')));
  while (accepted.length < count) await new Promise((go) => setImmediate(go));
  // in the order of the sockets: the kernel need not hand them on so
  const place = (socket: Socket): number => sockets.findIndex((one) => one.localPort === socket.remotePort);
  accepted.sort((a, b) => place(a) - place(b));
  return sockets;
}

/** Everything that the server has written has arrived at this machine's sockets: nothing was read meanwhile. */
const arrive = (): void => work(20);

it('hands on what many servers say together in several turns of the event loop', async () => {
  const sockets = await connected(20);
  const perTurn: number[] = [0];
  let isOver = false;
  const look = (): void => {
    perTurn.push(0);
    if (!isOver) setImmediate(look);
  };
  setImmediate(look);
  const said = sockets.map(async (socket) => {
    socket.on('data', () => {
      work(3);
      perTurn[perTurn.length - 1]++;
    });
    await once(socket, 'data');
  });
  for (const socket of accepted) socket.write('hello');
  arrive();
  await Promise.all(said);
  isOver = true;
  expect(perTurn.reduce((a, b) => a + b)).toBe(20);
  // 10 ms are three or four pieces of 3 ms; those of two turns of ours may meet between two looks.
  expect(Math.max(...perTurn)).toBeLessThanOrEqual(10);
});

it('keeps the order of what arrives, and tells the end behind it', async () => {
  const [socket, other] = await connected(2);
  let text = '';
  socket.on('data', (data) => {
    work(15);
    text += String(data);
  });
  other.on('data', () => work(15));
  for (let i = 0; i < 20; i++) for (const one of accepted) one.write(`${i} `);
  arrive();
  for (const one of accepted) one.end('bye');
  await once(socket, 'end');
  expect(text).toBe(`${Array.from({ length: 20 }, (_, i) => `${i} `).join('')}bye`);
});

it('hands on what has arrived before it is destroyed', async () => {
  const [busy, socket] = await connected(2);
  let text = '';
  socket.on('data', (data) => (text += String(data)));
  const whole = new Promise<void>((done) =>
    busy.on('data', () => {
      work(15);
      // In the same turn, which is spent now.
      socket.push('last words');
      expect(text).toBe('');
      socket.destroy();
      done();
    }),
  );
  accepted[0].write('x');
  accepted[1].pause();
  await whole;
  expect(text).toBe('last words');
});
