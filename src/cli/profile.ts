import type { EngineEvent, Listener } from '../engine/events.ts';
import type { Call, CallResult, OpenSession, Session, Shell } from '../host/contract.ts';

/** Milliseconds. */
interface HostTimes {
  connect: number;
  remote: number;
  /** In tasks, all told. */
  busy: number;
  /** Between the end of one task and the start of the next: for other hosts, or for a free place among the forks. */
  wait: number;
  lastEnd?: number;
}

interface TaskTimes {
  readonly name: string;
  readonly place: string;
  hosts: number;
  total: number;
  longest: number;
  slowest: string;
  first: number;
  last: number;
}

const MOST_LINES = 20;

/** Where a run's time went (`--profile`): measured around sessions and listeners, and from the engine's events. */
export class Profile {
  readonly #hosts = new Map<string, HostTimes>();
  readonly #tasks = new Map<number, TaskTimes>();
  #screen = 0;
  #wall = 0;

  #host(name: string): HostTimes {
    let times = this.#hosts.get(name);
    if (!times) this.#hosts.set(name, (times = { connect: 0, remote: 0, busy: 0, wait: 0 }));
    return times;
  }

  readonly listener: Listener = (event) => {
    if (event.type === 'host-start') this.#started(event);
    if (event.type === 'host-result') this.#ended(event);
    if (event.type === 'run-end') this.#wall = event.at;
  };

  #started({ host, at }: Extract<EngineEvent, { type: 'host-start' }>): void {
    const times = this.#host(host);
    // a pipelined task begins before the one before it has ended
    if (times.lastEnd !== undefined) times.wait += Math.max(0, at - times.lastEnd);
  }

  #ended({ task, host, at, milliseconds }: Extract<EngineEvent, { type: 'host-result' }>): void {
    const times = this.#host(host);
    times.busy += milliseconds;
    times.lastEnd = at;
    const place = `${task.span.file.split('/').at(-1)}:${task.span.line}`;
    const fresh = { name: task.name, place, hosts: 0, total: 0, longest: -1, slowest: '', first: at, last: at };
    const one = this.#tasks.get(task.id) ?? fresh;
    this.#tasks.set(task.id, one);
    one.hosts++;
    one.total += milliseconds;
    one.first = Math.min(one.first, at - milliseconds);
    one.last = at;
    if (milliseconds > one.longest) [one.longest, one.slowest] = [milliseconds, host];
  }

  /** The same listener, its time counted as the screen's. */
  timed(listener: Listener): Listener {
    return (event) => {
      const begun = performance.now();
      listener(event);
      this.#screen += performance.now() - begun;
    };
  }

  /** The same sessions, their connecting and calls timed. */
  around(open: OpenSession): OpenSession {
    return (target) => {
      const session = open(target);
      const shells = new WeakMap<Shell, Shell>();
      const timed: Session = {
        target,
        shell: async (become) => {
          const shell = await this.#timed(target.name, 'connect', () => session.shell(become));
          // the same one each time: pipelined calls go down one shell
          const known = shells.get(shell) ?? this.#shell(target.name, shell);
          shells.set(shell, known);
          return known;
        },
        reset: () => session.reset(),
        close: () => session.close(),
      };
      return timed;
    };
  }

  #shell(host: string, shell: Shell): Shell {
    const remote = <T>(work: () => Promise<T>): Promise<T> => this.#timed(host, 'remote', work);
    return {
      user: shell.user,
      call: (call) => this.#call(host, shell, call),
      hold: async (lease) => shell.hold?.(lease),
      upload: (source, folder, mark) => remote(() => shell.upload(source, folder, mark)),
      download: (path) => remote(() => shell.download(path)),
      downloadTo: (path, local) => remote(() => shell.downloadTo(path, local)),
      scratch: () => remote(() => shell.scratch()),
      notes: async () => (await shell.notes?.()) ?? new Map(),
      note: (name, line) => shell.note?.(name, line),
    };
  }

  /** A call's own time, without that of pipelined calls before it. */
  async #call(host: string, shell: Shell, call: Call): Promise<CallResult> {
    const begun = performance.now();
    let own: number | undefined;
    try {
      const answer = await shell.call(call);
      own = answer.milliseconds;
      return answer;
    } finally {
      this.#host(host).remote += own ?? performance.now() - begun;
    }
  }

  async #timed<T>(host: string, kind: 'connect' | 'remote', work: () => Promise<T>): Promise<T> {
    const begun = performance.now();
    try {
      return await work();
    } finally {
      this.#host(host)[kind] += performance.now() - begun;
    }
  }

  /** The text for the end of the run. */
  text(): string {
    const hosts = [...this.#hosts].sort(([, a], [, b]) => b.connect + b.busy - (a.connect + a.busy));
    const sum = (key: 'connect' | 'remote' | 'busy' | 'wait'): number => hosts.reduce((n, [, one]) => n + one[key], 0);
    const head = [
      `PROFILE: ${seconds(this.#wall)} in all; of ${hosts.length} hosts together, who work side by side:`,
      `  connect ${seconds(sum('connect'))}   remote ${seconds(sum('remote'))}   render and other work here ` +
        `${seconds(Math.max(0, sum('busy') - sum('connect') - sum('remote')))}   wait for others ${seconds(sum('wait'))}`,
      `  screen and logs ${seconds(this.#screen)}`,
    ];
    return [...head, '', ...this.#taskLines(), '', ...hostLines(hosts), ''].join('\n');
  }

  #taskLines(): string[] {
    const tasks = [...this.#tasks.values()].sort((a, b) => b.last - b.first - (a.last - a.first));
    const rows = tasks
      .slice(0, MOST_LINES)
      .map((one) => [
        seconds(one.last - one.first),
        seconds(one.total / one.hosts),
        `${seconds(one.longest)} ${one.slowest}`,
        `${one.hosts}`,
        `${one.name} (${one.place})`,
      ]);
    return table(['took', 'a host', 'slowest', 'hosts', 'task'], rows, tasks.length);
  }
}

function hostLines(hosts: readonly (readonly [string, HostTimes])[]): string[] {
  const rows = hosts
    .slice(0, MOST_LINES)
    .map(([name, one]) => [
      seconds(one.connect),
      seconds(one.remote),
      seconds(Math.max(0, one.busy - one.connect - one.remote)),
      seconds(one.wait),
      name,
    ]);
  return table(['connect', 'remote', 'here', 'wait', 'host'], rows, hosts.length);
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(2)} s`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[], all: number): string[] {
  const widths = head.map((title, i) => Math.max(title.length, ...rows.map((row) => row[i].length)));
  const line = (row: readonly string[]): string =>
    `  ${row.map((cell, i) => (i === row.length - 1 ? cell : cell.padStart(widths[i]))).join('  ')}`;
  const more = all > rows.length ? [`  and ${all - rows.length} more`] : [];
  return [line(head), ...rows.map(line), ...more];
}
