// Stands between the controller and the host's sshd, inside the host's network namespace, and counts round trips: how
// often the controller spoke after the host did. At the one that it was armed for it passes on what the controller says,
// and then nothing more in either direction, so that the request arrives and its answer does not.
// Commands, one a line: `arm N`, `release` (passes on again, what was held back too), `end`. Says: `ready`, `cut`, and at
// its end `turns N`.
import { connect, createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';

const [near, far] = [2200, 22];
const say = (text) => process.stdout.write(`${text}\n`);

let turns = 0;
let armed = Infinity;
let isHeld = false;
let lastSpoke = 'host';
const held = [];
const sockets = new Set();

/** Milliseconds that the host's words are gathered for: what it says at one go is one turn, however it was cut in pieces. */
const GATHERED_MS = 8;

/** Passes on together what is said within a little while. */
function gathering(passOn) {
  let pieces = [];
  let timer;
  const flush = () => {
    clearTimeout(timer);
    const all = pieces;
    pieces = [];
    if (all.length > 0) passOn(Buffer.concat(all));
  };
  const push = (data) => {
    pieces.push(data);
    clearTimeout(timer);
    timer = setTimeout(flush, GATHERED_MS);
  };
  return { push, flush };
}

function pass(from, to, who) {
  from.setNoDelay(true);
  sockets.add(from);
  const send = (data) => (data === undefined ? to.end() : to.write(data));
  const heard = (data) => (isHeld ? held.push(() => send(data)) : send(data));
  const onData = (data) => {
    if (!isHeld && who === 'controller' && lastSpoke === 'host') turns++;
    if (!isHeld) lastSpoke = who;
    heard(data);
    if (isHeld || turns < armed) return;
    isHeld = true;
    say('cut');
  };
  const gathered = gathering(onData);
  from.on('data', who === 'host' ? gathered.push : onData);
  from.on('error', () => undefined);
  // a controller that was killed is gone for the host too: its kernel says so
  from.on('close', () => {
    gathered.flush();
    if (who === 'controller') to.end();
    else heard(undefined);
  });
}

const server = createServer({ noDelay: true }, (controller) => {
  const host = connect({ port: far, host: '127.0.0.1', noDelay: true });
  pass(controller, host, 'controller');
  pass(host, controller, 'host');
});

async function listening(port) {
  const socket = connect(port, '127.0.0.1');
  const isOpen = await new Promise((done) => {
    socket.once('connect', () => done(true));
    socket.once('error', () => done(false));
  });
  socket.destroy();
  return isOpen;
}

const COMMANDS = {
  arm(count) {
    turns = 0;
    lastSpoke = 'host';
    armed = Number(count);
  },
  release() {
    isHeld = false;
    armed = Infinity;
    for (const one of held.splice(0)) one();
  },
  end() {
    say(`turns ${turns}`);
    process.exit(0);
  },
};

while (!(await listening(far))) await delay(10);
server.listen(near, '127.0.0.1', () => say('ready'));
for await (const line of createInterface({ input: process.stdin })) {
  const [command, argument] = line.split(' ');
  COMMANDS[command](argument);
}
process.exit(0);
