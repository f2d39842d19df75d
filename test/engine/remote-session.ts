import { openSession } from '../../src/host/index.ts';
import type { Call, OpenSession, Shell } from '../../src/host/contract.ts';

/** Real local shells that the engine takes for remote ones, and what it sent down them. */
export class RemoteSessions {
  readonly calls: Call[] = [];
  /** The most calls that were on their way at one time on one shell. */
  most = 0;

  readonly open: OpenSession = (target) => {
    const session = openSession({ ...target, transport: 'local' });
    const shells = new Map<Shell, Shell>();
    return {
      target: { ...target, transport: 'ssh2' },
      shell: async (become) => {
        const shell = await session.shell(become);
        const known = shells.get(shell) ?? this.watched(shell);
        shells.set(shell, known);
        return known;
      },
      reset: () => session.reset(),
      close: () => session.close(),
    };
  };

  private watched(shell: Shell): Shell {
    let now = 0;
    const call = (one: Call): ReturnType<Shell['call']> => {
      this.calls.push(one);
      this.most = Math.max(this.most, ++now);
      return shell.call(one).finally(() => now--);
    };
    return new Proxy(shell, {
      get: (of, name) => {
        if (name === 'call') return call;
        const value: unknown = Reflect.get(of, name, of);
        return typeof value === 'function' ? value.bind(of) : value;
      },
    });
  }
}
