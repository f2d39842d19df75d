import type { Sections } from './sections.ts';

type Facts = Record<string, unknown>;

function kilobytes(raw: Sections): Map<string, number> {
  return new Map(
    (raw.file('/proc/meminfo') ?? []).map((line) => {
      const [name, value] = line.split(/:\s+/);
      return [name, Number.parseInt(value, 10)];
    }),
  );
}

/** Memory in MiB, whole numbers. */
export function memoryFacts(raw: Sections): Facts {
  const kb = kilobytes(raw);
  const mb = (name: string): number => Math.floor((kb.get(name) ?? 0) / 1024);
  const [total, free] = [mb('MemTotal'), mb('MemFree')];
  const cached = mb('Cached') + mb('Buffers');
  return {
    memtotal_mb: total,
    memfree_mb: free,
    swaptotal_mb: mb('SwapTotal'),
    swapfree_mb: mb('SwapFree'),
    memory_mb: {
      real: { total, used: total - free, free },
      nocache: { free: free + cached, used: total - free - cached },
      swap: {
        total: mb('SwapTotal'),
        free: mb('SwapFree'),
        used: mb('SwapTotal') - mb('SwapFree'),
        cached: mb('SwapCached'),
      },
    },
  };
}

interface CpuTotals {
  /** Numbers of the processors that are on. */
  readonly numbers: Set<number>;
  readonly processors: string[];
  readonly sockets: Map<string, number>;
  readonly siblings: Map<string, number>;
  vcpus: number;
}

function readCpuInfo(raw: Sections): CpuTotals {
  const totals: CpuTotals = { numbers: new Set(), processors: [], sockets: new Map(), siblings: new Map(), vcpus: 0 };
  let socket = '0';
  for (const line of raw.file('/proc/cpuinfo') ?? []) {
    const at = line.indexOf(':');
    if (at < 0) continue;
    const [key, value] = [line.slice(0, at).trim(), line.slice(at + 1).trim()];
    if (key === 'processor') {
      totals.vcpus++;
      totals.numbers.add(Number(value));
    }
    if (['processor', 'vendor_id', 'model name', 'Processor', 'cpu', 'vendor'].includes(key))
      totals.processors.push(value);
    if (key === 'physical id') socket = value;
    if (key === 'cpu cores') totals.sockets.set(socket, Number(value));
    if (key === 'siblings') totals.siblings.set(socket, Number(value));
  }
  return totals;
}

/** The processors that a process of this user may use, as nproc counts them: `Cpus_allowed_list: 0-3,8`, if they are on. */
function allowed(raw: Sections, online: ReadonlySet<number>): number[] {
  const line = raw.file('/proc/self/status')?.find((one) => one.startsWith('Cpus_allowed_list:'));
  const ranges = (line?.split(/:\s*/)[1] ?? '').split(',').map((range) => range.split('-').map(Number));
  return [...online].filter((cpu) => ranges.some(([first, last = first]) => cpu >= first && cpu <= last));
}

export function cpuFacts(raw: Sections): Facts {
  const cpu = readCpuInfo(raw);
  const count = cpu.sockets.size || cpu.vcpus;
  const cores = [...cpu.sockets.values()][0] ?? 1;
  const siblings = [...cpu.siblings.values()][0] ?? cores;
  const threads = Math.max(1, Math.floor(siblings / cores));
  return {
    processor: cpu.processors,
    processor_count: count,
    processor_cores: cores,
    processor_threads_per_core: threads,
    processor_vcpus: cpu.sockets.size > 0 ? threads * count * cores : cpu.vcpus,
    processor_nproc: allowed(raw, cpu.numbers).length || cpu.vcpus,
  };
}

const DMI: readonly (readonly [string, string])[] = [
  ...[
    'bios_date',
    'bios_vendor',
    'bios_version',
    'board_asset_tag',
    'board_name',
    'board_serial',
    'board_vendor',
    'board_version',
    'chassis_asset_tag',
    'chassis_serial',
    'chassis_vendor',
    'chassis_version',
    'product_name',
    'product_serial',
    'product_uuid',
    'product_version',
  ].map((name) => [name, name] as const),
  ['system_vendor', 'sys_vendor'],
];

export function dmiFacts(raw: Sections): Facts {
  return Object.fromEntries(DMI.map(([fact, file]) => [fact, raw.first(`/sys/class/dmi/id/${file}`) || 'NA']));
}

interface Mount {
  [key: string]: unknown;
}

function statistics(raw: Sections): Map<string, Mount> {
  const out = new Map<string, Mount>();
  for (const line of raw.lines('statfs')) {
    const [size, blocks, free, available, inodes, inodesFree, ...path] = line.split(' ');
    const [s, b, f, a, i, n] = [size, blocks, free, available, inodes, inodesFree].map(Number);
    out.set(path.join(' '), {
      size_total: s * b,
      size_available: s * a,
      block_size: s,
      block_total: b,
      block_available: a,
      block_used: b - f,
      inode_total: i,
      inode_available: n,
      inode_used: i - n,
    });
  }
  return out;
}

const unescape = (text: string): string =>
  text.replace(/\\(\d{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));

export function mountFacts(raw: Sections): Facts {
  const sizes = statistics(raw);
  const uuids = new Map(deviceLinks(raw, 'by-uuid'));
  const mounts = raw
    .file('/proc/mounts')
    ?.map((line) => line.split(' '))
    .filter(([device]) => device.startsWith('/') || device.includes(':/'))
    .map(([device, path, fstype, options]) => {
      const mount = unescape(path);
      const uuid = [...uuids].find(([, name]) => `/dev/${name}` === device)?.[0] ?? 'N/A';
      return { mount, device: unescape(device), fstype, options, uuid, ...sizes.get(mount) };
    });
  return { mounts: mounts ?? [] };
}

/** [link name, device name] of /dev/disk/<kind>. */
function deviceLinks(raw: Sections, kind: string): [string, string][] {
  return raw
    .links('uuids')
    .filter(([link]) => link.startsWith(`/dev/disk/${kind}/`))
    .map(([link, to]) => [link.split('/').at(-1) as string, to.split('/').at(-1) as string]);
}

function humanSize(sectors: number): string {
  let size = sectors * 512;
  const units = ['Bytes', 'KB', 'MB', 'GB', 'TB'];
  let unit = 0;
  while (size >= 1024 && unit < units.length - 1) {
    size /= 1024;
    unit++;
  }
  return `${size.toFixed(2)} ${units[unit]}`;
}

/** @param marks the files `partition` of all disks */
function partitionsOf(raw: Sections, disk: string, marks: readonly string[]): Facts {
  const names = marks.filter((path) => path.startsWith(`/sys/block/${disk}/`)).map((path) => path.split('/')[4]);
  return Object.fromEntries(
    names.map((name) => {
      const sectors = raw.first(`/sys/block/${disk}/${name}/size`) ?? '0';
      const start = raw.first(`/sys/block/${disk}/${name}/start`) ?? '0';
      const uuid = deviceLinks(raw, 'by-uuid').find(([, device]) => device === name)?.[0] ?? null;
      return [name, { sectors, start, size: humanSize(Number(sectors)), sectorsize: 512, uuid, holders: [] }];
    }),
  );
}

export function deviceFacts(raw: Sections): Facts {
  const paths = raw.paths('/sys/block/');
  const disks = new Set(paths.map((path) => path.split('/')[3]));
  const marks = paths.filter((path) => path.endsWith('/partition'));
  const devices = [...disks].sort().map((disk) => {
    const sectors = raw.first(`/sys/block/${disk}/size`) ?? '0';
    return [
      disk,
      {
        size: humanSize(Number(sectors)),
        sectors,
        sectorsize: raw.first(`/sys/block/${disk}/queue/logical_block_size`) ?? '512',
        removable: raw.first(`/sys/block/${disk}/removable`) ?? '0',
        rotational: raw.first(`/sys/block/${disk}/queue/rotational`) ?? '0',
        model: raw.first(`/sys/block/${disk}/device/model`) ?? null,
        vendor: raw.first(`/sys/block/${disk}/device/vendor`) ?? null,
        holders: [],
        partitions: partitionsOf(raw, disk, marks),
      },
    ] as const;
  });
  return { devices: Object.fromEntries(devices) };
}

export function uptimeFacts(raw: Sections): Facts {
  return { uptime_seconds: Math.floor(Number((raw.first('/proc/uptime') ?? '0').split(' ')[0])) };
}
