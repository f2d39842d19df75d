// SPDX-License-Identifier: GPL-2.0
import { createServer } from 'node:http';

createServer(({ socket }, response) => {
  const address = (socket.remoteAddress ?? '').replace(/^::ffff:/, '');
  console.log(`${address}:${socket.remotePort}`);
  response.end(`${address}\n`);
}).listen(Number(process.argv[2]));
