import { afterEach, describe, expect, it, vi } from 'vitest';
import type { CallResult, Session, Shell } from '../../src/host/contract.ts';
import type { Target } from '../../src/transport/target.ts';
import { elfModule } from '../support/elf-module.ts';
import { play, Project, type Ran } from './support.ts';

const RELEASES = ['5.10.0-30-amd64', '6.1.0-47-amd64', '6.1.0-56-amd64'];
const HOSTS = Array.from({ length: 200 }, (_, i) => `h${i + 1}`);
const releaseOf = (host: string): string => RELEASES[Number(host.slice(1)) % RELEASES.length];

const SITE = `
- hosts: all
  gather_facts: false
  tasks:
    - name: source
      toa_source: {}
      register: found
    - name: build
      kmod_build:
        source: "{{ found.source }}"
        builder: "{{ builder | default(omit) }}"
    - name: boot
      kmod_boot: {}
`;

/** Hosts that answer as real ones do, kernel by kernel; what they are asked and sent is counted. */
class RecordedFleet {
  readonly calls: string[] = [];
  /** Hosts that compiled, one an entry. */
  readonly made: string[] = [];
  /** What a builder sends instead of a module. */
  evil?: Buffer;
  readonly uploads: { readonly host: string; readonly what: string }[] = [];
  private readonly placed = new Map<string, string>();
  private readonly sources = new Map<string, string>();

  count(fn: string): number {
    return this.calls.filter((call) => call === fn).length;
  }

  readonly openSession = (target: Target): Session => {
    const shell = this.shell(target.name);
    const nothing = (): Promise<void> => Promise.resolve();
    return { target, shell: () => Promise.resolve(shell), reset: nothing, close: nothing };
  };

  private shell(host: string): Shell {
    return {
      user: 'root',
      call: async ({ fn, vars = {} }) => {
        this.calls.push(fn);
        return answer(this.answers(host, fn, vars));
      },
      upload: async (source) => {
        const text = 'data' in source ? Buffer.from(source.data).toString('latin1', 0, 4) : 'file';
        this.uploads.push({ host, what: text === '\x7fELF' ? 'module' : 'source' });
        return `/scratch/${host}`;
      },
      download: async (path) => this.evil ?? elfModule({ release: path.replace('/build/toa-', '').replace('.ko', '') }),
      downloadTo: () => Promise.reject(new Error('not recorded')),
      scratch: async () => '/scratch',
    };
  }

  private answers(host: string, fn: string, vars: Readonly<Record<string, string>>): string[] {
    const release = releaseOf(host);
    const key = this.placed.get(host);
    switch (fn) {
      case 'toa_lock_take':
        return ['/run/toa-play.lock', '1 2 3 boot -', ''];
      case 'toa_lock_release':
        return [];
      case 'kmod_build_look':
        return [`release=${release}`, 'arch=x86_64', 'path=/ko', ...(key ? ['have=0', `key=${key}`] : [])];
      case 'distro_look':
        return '== files,/etc/os-release:ID=debian,/etc/os-release:VERSION_ID="12",== uname,Linux,== kernel'
          .split(',')
          .concat(release, 'x86_64', '== tools', '/usr/bin/apt-get', '== paths');
      case 'kernel_devel_main':
        return [`release=${release}`, `tree=/usr/src/linux-headers-${release}`];
      case 'kmod_build_make':
        this.made.push(host);
        return [`log=/log`, `ko=/build/toa-${vars['release']}.ko`];
      case 'kmod_build_place':
        this.placed.set(host, vars['key']);
        return ['changed=1', 'path=/ko', 'have=0'];
      case 'kmod_boot_main':
        if (this.sources.get(host) === vars['made_from']) return ['method=systemd'];
        if (!vars['archive']) return ['need=1'];
        this.sources.set(host, vars['made_from']);
        return ['changed=1', 'method=systemd'];
      default:
        throw new Error(`nobody recorded ${fn}`);
    }
  }
}

const answer = (lines: string[]): CallResult => {
  const stdout = `${lines.join('\n')}\n`;
  return { rc: 0, stdout, stderr: '', stdoutBytes: Buffer.from(stdout) };
};

describe('200 hosts on three kernels', () => {
  let project: Project;
  afterEach(() => {
    vi.unstubAllEnvs();
    project.remove();
  });

  const run = (fleet: RecordedFleet, builder?: string): Promise<Ran> =>
    play(project, {
      hosts: `${HOSTS.join(',')},`,
      settings: { forks: 50 },
      ...(builder !== undefined && { extra: new Map([['builder', builder]]) }),
      override: { openSession: fleet.openSession },
    });
  const sum = (ran: Ran, column: number): number =>
    HOSTS.reduce((total, host) => total + Number(ran.recap(host).split(' ')[column]), 0);

  it('with a builder are three builds, and each host gets its module once; a second run builds and sends nothing', async () => {
    project = new Project({ 'site.yml': SITE });
    // the controller keeps what was built
    vi.stubEnv('XDG_CACHE_HOME', project.folder);
    const fleet = new RecordedFleet();
    const first = await run(fleet, 'h7');
    expect(first.outcome.exitCode).toBe(0);
    expect(fleet.made).toEqual(['h7', 'h7', 'h7']);
    // headers and compiler come to those that build, and to nobody else
    expect(fleet.count('kernel_devel_main')).toBe(3);
    const modules = fleet.uploads.filter(({ what }) => what === 'module');
    expect(modules).toHaveLength(200);
    expect(new Set(modules.map(({ host }) => host)).size).toBe(200);
    // the source: once for each build, and once for each host's hooks
    expect(fleet.uploads).toHaveLength(200 + 3 + 200);

    const second = await run(fleet, 'h7');
    expect(sum(second, 0)).toBe(3 * HOSTS.length);
    expect(sum(second, 1)).toBe(0);
    expect(fleet.count('kmod_build_make')).toBe(3);
    expect(fleet.uploads).toHaveLength(403);

    // new hosts of known kernels take what the controller kept
    const others = new RecordedFleet();
    expect((await run(others, 'h7')).outcome.exitCode).toBe(0);
    expect(others.count('kmod_build_make')).toBe(0);
    expect(others.uploads.filter(({ what }) => what === 'module')).toHaveLength(200);

    // what one builder made is nothing that another one is believed for
    const third = new RecordedFleet();
    expect((await run(third, 'h8')).outcome.exitCode).toBe(0);
    expect(third.made).toEqual(['h8', 'h8', 'h8']);
  }, 120_000);

  it('without one each builds for itself, and no module leaves its host', async () => {
    project = new Project({ 'site.yml': SITE });
    vi.stubEnv('XDG_CACHE_HOME', project.folder);
    const fleet = new RecordedFleet();
    // the first host would send this to all others
    fleet.evil = elfModule({ release: RELEASES[0], wants: ['commit_creds'] });
    expect((await run(fleet)).outcome.exitCode).toBe(0);
    expect(fleet.made.toSorted()).toEqual(HOSTS.toSorted());
    expect(fleet.uploads.filter(({ what }) => what === 'module')).toHaveLength(0);
  }, 120_000);

  it('a builder that sends something else is believed for nobody', async () => {
    project = new Project({ 'site.yml': SITE });
    vi.stubEnv('XDG_CACHE_HOME', project.folder);
    const fleet = new RecordedFleet();
    fleet.evil = elfModule({ release: RELEASES[0], wants: ['commit_creds'] });
    const ran = await run(fleet, 'h7');
    expect(ran.outcome.exitCode).not.toBe(0);
    expect(fleet.uploads.filter(({ what }) => what === 'module')).toHaveLength(0);
    expect(fleet.count('kmod_build_place')).toBe(0);
  }, 120_000);

  it('localhost may be the builder, in the inventory or not', async () => {
    project = new Project({ 'site.yml': SITE });
    vi.stubEnv('XDG_CACHE_HOME', project.folder);
    const fleet = new RecordedFleet();
    expect((await run(fleet, 'localhost')).outcome.exitCode).toBe(0);
    expect(fleet.made).toEqual(['localhost', 'localhost', 'localhost']);
  }, 120_000);
});
