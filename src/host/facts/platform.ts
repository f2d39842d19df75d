import { splitWords } from '../../base/shell-words.ts';
import { keyValues, type Sections } from './sections.ts';

type Facts = Record<string, unknown>;

/** The answer of `uname -snrvm`; the version has spaces. */
function uname(raw: Sections): Record<'system' | 'node' | 'release' | 'version' | 'machine', string> {
  const [system = '', node = '', release = '', ...rest] = (raw.lines('uname')[0] ?? '').split(' ');
  const machine = rest.pop() ?? '';
  return { system, node, release, version: rest.join(' '), machine };
}

/** Kernel, names and architecture (module_utils/facts/system/platform.py's keys). */
export function platformFacts(raw: Sections): Facts {
  const { system, node, release, machine, version } = uname(raw);
  const fqdn = raw.lines('fqdn')[0] || node;
  const bits = /64/.test(machine) ? '64' : '32';
  return {
    system,
    kernel: release,
    kernel_version: version,
    machine,
    architecture: machine,
    userspace_architecture: machine,
    userspace_bits: bits,
    nodename: node,
    hostname: node?.split('.')[0],
    fqdn,
    domain: fqdn?.includes('.') ? fqdn.slice(fqdn.indexOf('.') + 1) : '',
    machine_id: raw.first('/etc/machine-id') ?? raw.first('/var/lib/dbus/machine-id') ?? '',
    boot_id: raw.first('/proc/sys/kernel/random/boot_id'),
  };
}

/** date_time: the host's own clock and zone. */
export function dateTimeFacts(raw: Sections): Facts {
  const [y, mo, d, h, mi, s, epoch, weekday, weekdayNumber, tz, offset, week] = (raw.lines('date')[0] ?? '').split(' ');
  const instant = new Date(Number(epoch) * 1000);
  // of a host that has no clock, or does not say
  if (!epoch || Number.isNaN(instant.getTime())) return {};
  const utc = instant.toISOString().replace('.000Z', 'Z');
  const dateTime = {
    year: y,
    month: mo,
    day: d,
    hour: h,
    minute: mi,
    second: s,
    epoch,
    epoch_int: epoch,
    weekday,
    weekday_number: weekdayNumber,
    weeknumber: week,
    date: `${y}-${mo}-${d}`,
    time: `${h}:${mi}:${s}`,
    iso8601: utc,
    iso8601_micro: utc.replace('Z', '.000000Z'),
    iso8601_basic: `${y}${mo}${d}T${h}${mi}${s}000000`,
    iso8601_basic_short: `${y}${mo}${d}T${h}${mi}${s}`,
    tz,
    tz_dst: tz,
    tz_offset: offset,
  };
  return { date_time: dateTime };
}

/** The login user of the shell that gathered. */
export function userFacts(raw: Sections): Facts {
  const [euid, egid, ruid, rgid, name, passwd] = raw.lines('id');
  const [, , uid, gid, gecos, home, shell] = (passwd ?? '').split(':');
  return {
    user_id: name,
    user_uid: Number(uid ?? euid),
    user_gid: Number(gid ?? egid),
    user_gecos: gecos ?? '',
    user_dir: home ?? '',
    user_shell: shell ?? '',
    real_user_id: Number(ruid),
    effective_user_id: Number(euid),
    real_group_id: Number(rgid),
    effective_group_id: Number(egid),
  };
}

/** The environment, as `export -p` of a POSIX shell or `env` writes it. */
export function envFacts(raw: Sections): Facts {
  const lines = raw.lines('env');
  if (!lines[0]?.startsWith('export ')) return { env: Object.fromEntries(keyValues(lines)) };
  // words without = are exported, but not set
  const set = splitWords(lines.join('\n'), { asShell: true }).filter((word) => word.includes('='));
  return { env: Object.fromEntries(set.map((word) => splitAt(word, word.indexOf('=')))) };
}

const splitAt = (text: string, at: number): [string, string] => [text.slice(0, at), text.slice(at + 1)];

/** The kernel's command line: words without `=` are true. */
export function cmdlineFacts(raw: Sections): Facts {
  const words = (raw.first('/proc/cmdline') ?? '').match(/(?:[^\s"]+|"[^"]*")+/g) ?? [];
  const cmdline: Record<string, unknown> = {};
  const all: Record<string, unknown> = {};
  for (const word of words) {
    const at = word.indexOf('=');
    const key = at < 0 ? word : word.slice(0, at);
    const value: unknown = at < 0 ? true : word.slice(at + 1);
    const before = all[key];
    all[key] = before === undefined || before === true ? value : [before, value].flat();
    cmdline[key] = value;
  }
  return { cmdline, proc_cmdline: all };
}

export function dnsFacts(raw: Sections): Facts {
  const dns: Record<string, unknown> = {};
  for (const line of raw.file('/etc/resolv.conf') ?? []) {
    const words = line.trim().split(/\s+/);
    const [key, ...rest] = words;
    if (key === 'nameserver') dns['nameservers'] = [...((dns['nameservers'] as string[]) ?? []), ...rest.slice(0, 1)];
    else if (key === 'domain') dns['domain'] = rest[0];
    else if (key === 'search') dns['search'] = rest;
    else if (key === 'sortlist') dns['sortlist'] = rest;
    else if (key === 'options') {
      dns['options'] = Object.fromEntries(rest.map((option) => [option.split(':')[0], option.split(':')[1] ?? true]));
    }
  }
  return { dns };
}

const ENFORCE: Record<string, string> = { '1': 'enforcing', '0': 'permissive' };

export function selinuxFacts(raw: Sections): Facts {
  const enforce = raw.first('/sys/fs/selinux/enforce');
  if (enforce === undefined) return { selinux: { status: 'disabled' }, selinux_python_present: true };
  const config = keyValues(raw.file('/etc/selinux/config'));
  return {
    selinux: {
      status: 'enabled',
      mode: ENFORCE[enforce] ?? 'unknown',
      config_mode: config.get('SELINUX') ?? 'unknown',
      type: config.get('SELINUXTYPE') ?? 'unknown',
      policyvers: Number(raw.first('/sys/fs/selinux/policyvers') ?? 0) || 'unknown',
    },
    selinux_python_present: true,
  };
}

export function apparmorFacts(raw: Sections): Facts {
  return {
    apparmor: { status: raw.lines('paths').includes('/sys/kernel/security/apparmor') ? 'enabled' : 'disabled' },
  };
}

export function fipsFacts(raw: Sections): Facts {
  return { fips: raw.first('/proc/sys/crypto/fips_enabled') === '1' };
}

/** Effective capabilities in short: Ansible asks capsh; the kernel's own mask says the same. */
export function capabilityFacts(raw: Sections): Facts {
  const mask = raw
    .file('/proc/self/status')
    ?.find((line) => line.startsWith('CapEff'))
    ?.split(/\s+/)[1];
  return { system_capabilities_enforced: mask === undefined ? 'NA' : 'True', system_capabilities: mask ? [mask] : [] };
}

export function sshKeyFacts(raw: Sections): Facts {
  const out: Facts = {};
  for (const path of raw.paths('/etc/ssh/ssh_host_')) {
    const kind = /ssh_host_(\w+)_key\.pub$/.exec(path)?.[1];
    const [type, key] = (raw.first(path) ?? '').split(' ');
    if (!kind || !key) continue;
    out[`ssh_host_key_${kind}_public`] = key;
    out[`ssh_host_key_${kind}_public_keytype`] = type;
  }
  return out;
}

export function loadFacts(raw: Sections): Facts {
  const [one, five, fifteen] = (raw.first('/proc/loadavg') ?? '').split(' ').map(Number);
  return { loadavg: { '1m': one, '5m': five, '15m': fifteen } };
}
