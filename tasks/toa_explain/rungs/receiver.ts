import type { Evidence, HookProgram, Process } from '../evidence.ts';
import { broken, note, ok, type Rung, unknown } from './rung.ts';

/** Where the receiver's programs run, by their names in the kernel. */
const isToa = (program: HookProgram): boolean => /^toa_(?:sockops|getpeername)/.test(program.name);
const PEERNAME = ['getpeername4', 'getpeername6'];

const programsAt = (hooks: Process['hooks'], names: readonly string[]): HookProgram[] =>
  names.flatMap((name) => hooks?.get(name) ?? []);

/** Programs of a TOA receiver that was not installed from here: one of the machine around a container. */
const around = (hooks: Process['hooks']): HookProgram[] =>
  programsAt(hooks, ['sockops', ...PEERNAME]).filter((one) => !one.ours && isToa(one));

const ids = (programs: readonly HookProgram[]): string =>
  [...new Set(programs.map((one) => `${one.name || 'a program'} (id ${one.id})`))].join(', ');

const moment = (seconds: number): string => (seconds > 0 ? new Date(seconds * 1000).toISOString().slice(0, 16) : '');

function missing(evidence: Evidence): string {
  const reasons = evidence.check['missing'];
  if (!Array.isArray(reasons)) return '';
  const said = reasons.map((one: unknown) => (one as { message?: unknown } | null)?.message);
  return said.filter((one) => typeof one === 'string').join('; ');
}

/** Is there a receiver, and is it whole? */
export function receiverRung(evidence: Evidence): Rung {
  const name = 'receiver';
  const since = evidence.since > 0 ? `, since ${moment(evidence.since)}Z` : '';
  if (evidence.attached && !evidence.complete)
    return broken(name, 'partly', 'not all programs of the eBPF receiver are attached', 'run site.yml');
  if (evidence.attached) return ok(name, `eBPF, all programs attached, reads ${evidence.kinds}${since}`);
  if (evidence.module) {
    const { version, absent } = evidence.module;
    const lost = absent.length > 0 ? `, without ${absent.join(', ')}` : '';
    return ok(name, `kernel module ${version}, reads ${evidence.kinds}${lost}${since}`);
  }
  const theirs = around(evidence.hooks);
  if (theirs.length > 0) {
    return note(
      name,
      'around',
      `none was installed from here, but one of the machine around this host serves it: ${ids(theirs)}`,
      'change it on that machine: toa_state=absent in here cannot remove it, and its list and vendors are set there',
    );
  }
  if (evidence.modules.length > 0)
    return broken(
      name,
      'vendor_module',
      `only another vendor's module is loaded: ${evidence.modules.join(', ')}`,
      'set toa_vendor_module: replace and run site.yml',
    );
  const why = missing(evidence);
  return broken(
    name,
    'none',
    why ? `none, and eBPF cannot work here: ${why}` : 'none is attached or loaded',
    'run site.yml',
  );
}

/** Does anything else rewrite the same answers? */
export function aloneRung(evidence: Evidence): Rung {
  const name = 'alone';
  const modules = evidence.modules.filter((one) => one !== 'toa' || !evidence.module);
  if (modules.length > 0)
    return broken(
      name,
      'vendor_module',
      `the module ${modules.join(', ')} is loaded, too: both change what services see`,
      'set toa_vendor_module: replace and run site.yml',
    );
  const hooks = evidence.processes.find((one) => one.hooks)?.hooks ?? evidence.hooks;
  const others = programsAt(hooks, PEERNAME).filter((one) => !one.ours);
  const strangers = evidence.attached || evidence.module ? others : others.filter((one) => !isToa(one));
  if (strangers.length === 0) return ok(name, 'no other program or module rewrites getpeername()');
  const wrong = [evidence.probe, evidence.probeData].find((one) => one && ['wrong', 'disagree'].includes(one.result));
  const remedy = `look who it belongs to (bpftool prog show id ${strangers[0].id}; Cilium's are cil_*), and let that program leave this hook, or this service's cgroup, alone`;
  if (!wrong)
    return note(
      name,
      'other_program',
      `another program rewrites getpeername(), too: ${ids(strangers)}; the probe still shows the client`,
    );
  return broken(
    name,
    'other_program',
    `another program rewrites getpeername(): ${ids(strangers)}; a handshake that named the client showed ${wrong.getpeername}`,
    remedy,
  );
}

function whose(evidence: Evidence, process: Process): Rung | undefined {
  const name = 'cgroup';
  const who = `${process.name} (pid ${process.pid})`;
  if (process.cgroup === '')
    return broken(
      name,
      'cgroup_v1',
      `${who} is in no cgroup v2: /proc/${process.pid}/cgroup has no line that begins with 0::`,
      'mount cgroup2 (a hybrid hierarchy will do) and restart the service, or use toa_strategy: module',
    );
  if (!process.hooks) return unknown(name, 'outside', `${who} is in ${process.cgroup}, which this host does not show`);
  const serve = programsAt(process.hooks, ['sockops', ...PEERNAME]);
  if (serve.some((one) => one.ours) || around(process.hooks).length > 0) return undefined;
  const where = evidence.attached ? 'the receiver is attached elsewhere' : 'no receiver is attached above it';
  return broken(
    name,
    'other_cgroup',
    `${who} is in the cgroup ${process.cgroup}, where no program of a receiver runs: ${where}`,
    'attach the receiver at the root of the hierarchy (run site.yml on the machine itself, not in a container), or start the service below the cgroup that has it',
  );
}

/** Is the receiver attached to the cgroup of that very process, or to one above it? */
export function cgroupRung(evidence: Evidence): Rung {
  if (evidence.module) return ok('cgroup', 'a kernel module serves all processes, whatever their cgroup');
  if (evidence.processes.length === 0) return unknown('cgroup', 'no_process', 'no process could be looked at');
  const wrong = evidence.processes.map((one) => whose(evidence, one)).find(Boolean);
  if (wrong) return wrong;
  const [first] = evidence.processes;
  const container = first.sameNetwork ? '' : ', in a network of its own';
  return ok(
    'cgroup',
    `${first.name} (pid ${first.pid}) is in ${first.cgroup}${container}, and the receiver's programs run there`,
  );
}
