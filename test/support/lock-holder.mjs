// A controller that holds a host's lock, in a process that a test can stop: `node lock-holder.mjs TARGET HOME SCRIPT...`.
// TARGET is JSON. Says `held`; then makes for each line of its input the file that the line names, and says how it went.
import { createInterface } from 'node:readline';
import { acquireHostLock, openSession } from '../../dist/src/host/index.js';

const [target, home, ...scripts] = process.argv.slice(2);
const session = openSession(JSON.parse(target));
const environment = { HOME: home };

async function lockedShell() {
  const shell = await session.shell();
  return {
    user: shell.user,
    hold: (lease) => shell.hold(lease),
    call: (call) => shell.call({ ...call, scripts: [...scripts, ...call.scripts], environment }),
  };
}

async function make(file) {
  const shell = await session.shell();
  const { rc } = await shell.call({ scripts, fn: 'eval', args: [`echo made >'${file}'`] });
  return rc === 0 ? 'made' : `status ${rc}`;
}

await acquireHostLock(await lockedShell(), { owner: 'alice, run 1' });
console.log('held');
for await (const file of createInterface({ input: process.stdin })) {
  console.log(await make(file).catch((error) => error.code));
}
await session.close();
