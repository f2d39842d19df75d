import { userInfo } from 'node:os';
import { connect } from '../../transport/connect.ts';
import type { Connection } from '../../transport/contract.ts';
import type { Become, OpenSession, Session, Shell } from '../contract.ts';
import type { Target } from '../../transport/target.ts';
import { cancelled, HostShell } from './shell.ts';

/** A connection to one host, opened at first use, and the shells on it. */
class HostSession implements Session {
  readonly target: Target;
  readonly #shells = new Map<string, HostShell>();
  #connection: Promise<Connection> | undefined;
  #isClosed = false;

  constructor(target: Target) {
    this.target = target;
  }

  async shell(become?: Become): Promise<Shell> {
    // As Ansible (become_allow_same_user off): nothing to become for the user that is logged in already.
    const wanted = become && become.user === this.#loginUser() ? undefined : become;
    const key = JSON.stringify(wanted ? [wanted.user, wanted.method, wanted.flags, wanted.exe, wanted.password] : []);
    let shell = this.#shells.get(key);
    if (!shell) {
      shell = new HostShell(this.target, wanted, wanted?.user ?? this.#loginUser() ?? '', () => this.#connect());
      this.#shells.set(key, shell);
      if (wanted) this.target.person?.hears?.(`<${this.target.name}> becomes ${wanted.user} by ${wanted.method}`);
    }
    await shell.opened();
    return shell;
  }

  #loginUser(): string | undefined {
    return this.target.transport === 'local' ? userInfo().username : this.target.user;
  }

  async #connect(): Promise<Connection> {
    if (this.#isClosed) throw cancelled(this.target.name);
    const current = this.#connection;
    if (current) {
      const usable = await current.then(
        (connection) => !connection.failure,
        () => false,
      );
      if (usable) return current;
      if (this.#connection === current) this.#connection = undefined;
    }
    this.#connection ??= connect(this.target);
    return this.#connection;
  }

  async reset(): Promise<void> {
    for (const shell of this.#shells.values()) shell.forget();
    await this.#drop();
  }

  /** For good: what goes on in the background, as a task whose time is over, must not connect again. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all([...this.#shells.values()].map((shell) => shell.close()));
    this.#shells.clear();
    await this.#drop();
  }

  async #drop(): Promise<void> {
    const connection = this.#connection;
    this.#connection = undefined;
    await connection?.then(
      (open) => open.close(),
      () => undefined,
    );
  }
}

/** Makes a session; nothing is connected before the first `shell()`. */
export const openSession: OpenSession = (target) => new HostSession(target);
