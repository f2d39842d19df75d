import { resolve } from 'node:path';
import type { Call, Shell } from '../../src/host/contract.ts';

/** A shell whose host lock lies in a folder of the test's own: an `id` that says "not root" puts it in HOME. */
export function lockedIn(home: string, shell: Shell): Shell {
  const scripts = [resolve('test/host/lock-id.sh')];
  return {
    user: shell.user,
    call: (call: Call) =>
      shell.call({ ...call, scripts: [...scripts, ...call.scripts], environment: { ...call.environment, HOME: home } }),
    hold: (lease) => shell.hold!(lease),
    upload: (source, folder, mark) => shell.upload(source, folder, mark),
    download: (path) => shell.download(path),
    downloadTo: (path, localPath) => shell.downloadTo(path, localPath),
    scratch: () => shell.scratch(),
  };
}
