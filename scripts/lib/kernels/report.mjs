// From a guest's serial port to rows, and from rows to docs/kernels.{json,md}.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';

/** What a receiver cannot do by its nature, and says so in kmod/docs/how-it-works.md: the row is "unsupported", not hidden. */
const LIMITS = { ebpf: { 'defer-bare-ack': 'the kernel drops that ACK before any sockops program runs' } };

const SUSPICIOUS = /BUG:|WARNING:|Oops|general protection|Kernel panic|RCU stall|soft lockup/;

function probeRows(group, want, json) {
  let report;
  try {
    report = JSON.parse(json);
  } catch {
    return [[group, 'fail', `no JSON: ${json.slice(0, 200)}`]];
  }
  if (report.error) return [[group, 'fail', `${report.error}: ${report.message}`]];
  if (report.cases.length === 0) return [[group, 'unsupported', 'no case applies to these kinds']];
  return report.cases.map((one) => {
    const name = `${group}/${one.name}`;
    if (one.result === 'unsupported') return [name, 'unsupported', 'the kernel lacks it'];
    const good = want === 'balancer' ? one.result === 'balancer' : one.ok;
    return [name, good ? 'pass' : 'fail', `${one.result}, accept said ${one.accept || 'nothing'}, kind ${one.kind}`];
  });
}

/** Rows of one boot. A guest that did not come to its end is a failure of its own. */
export function parseSerial(text, kernel, booted) {
  const base = { kernel: kernel.release, arch: kernel.arch };
  const rows = [];
  const add = (receiver, name, status, detail) => {
    const limit = status === 'fail' ? LIMITS[receiver]?.[name] : undefined;
    const row = { ...base, receiver, case: name };
    rows.push(limit ? { ...row, status: 'unsupported', detail: `${limit}; ${detail}` } : { ...row, status, detail });
  };
  for (const line of text.split('\n')) {
    const one = /@case (\S+) (\S+) (pass|fail|unsupported) ?(.*)$/.exec(line);
    if (one) add(one[1], one[2], one[3], one[4].slice(0, 300));
    const probe = /@probe (\S+) (\S+) (\S+) (.*)$/.exec(line);
    if (probe) for (const row of probeRows(probe[2], probe[3], probe[4])) add(probe[1], ...row);
  }
  const bad = text.split('\n').find((line) => SUSPICIOUS.test(line));
  if (bad) add('kernel', 'log', 'fail', bad.trim().slice(0, 300));
  const last = text.trim().split('\n').at(-1)?.slice(0, 200);
  const end = /^@end (\d+)$/m.exec(text);
  const early = booted.silent ? `said nothing for ${booted.silent} s` : 'ended early';
  if (!end) add('kernel', 'boot', 'fail', `${booted.rc === 124 ? 'did not end in time' : early}: ${last}`);
  else if (end[1] !== '0') add('kernel', 'boot', 'fail', `the cases stopped with status ${end[1]}: ${last}`);
  else add('kernel', 'boot', 'pass', `${Math.round(booted.seconds)} s under emulation`);
  return mergeSame(rows);
}

/** Cases that ran several times (each vendor's kinds) are one row: it fails when one of them did. */
function mergeSame(rows) {
  const byName = new Map();
  for (const row of rows) {
    const key = `${row.receiver} ${row.case}`;
    const seen = byName.get(key);
    const rank = { fail: 2, pass: 1, unsupported: 0 };
    if (!seen || rank[row.status] > rank[seen.status]) byName.set(key, row);
  }
  return [...byName.values()];
}

export function tally(rows) {
  const count = (status) => rows.filter((row) => row.status === status).length;
  return { pass: count('pass'), fail: count('fail'), unsupported: count('unsupported') };
}

function table(rows) {
  const pairs = [...new Set(rows.map((row) => `${row.kernel}\t${row.arch}\t${row.receiver}`))];
  const line = (cells) => `| ${cells.join(' | ')} |`;
  const head = [
    line(['kernel', 'architecture', 'receiver', 'pass', 'fail', 'unsupported']),
    line(['---', '---', '---', '--:', '--:', '--:']),
  ];
  const body = pairs.map((pair) => {
    const [kernel, arch, receiver] = pair.split('\t');
    const mine = tally(rows.filter((row) => row.kernel === kernel && row.arch === arch && row.receiver === receiver));
    return line([kernel, arch, receiver, mine.pass, mine.fail, mine.unsupported]);
  });
  return [...head, ...body].join('\n');
}

const escaped = (text) => text.replaceAll('|', '\\|').replaceAll('<', '&lt;');

function markdown(rows) {
  const others = rows.filter((row) => row.status !== 'pass');
  const list = others.map(
    (row) => `- **${row.status}** ${row.kernel} ${row.receiver} \`${row.case}\`: ${escaped(row.detail)}`,
  );
  return `# Kernels that were booted

Made by \`scripts/test-kernels\` from real runs: each kernel from its distribution's packages, under QEMU (software
emulation), both receivers, each case with real packets. All rows: kernels.json.

${table(rows)}

## What did not pass
${list.length > 0 ? list.join('\n') : 'Nothing.'}
`;
}

/** Rows of kernels and cases that ran now take the place of their older ones. */
export function writeReport(folder, rows) {
  const path = `${folder}/kernels.json`;
  const key = (row) => [row.kernel, row.arch, row.receiver, row.case].join('\t');
  const fresh = new Set(rows.map(key));
  const older = existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')).filter((row) => !fresh.has(key(row))) : [];
  const all = [...older, ...rows].sort((a, b) => key(a).localeCompare(key(b), 'en', { numeric: true }));
  writeFileSync(path, `[\n${all.map((row) => `  ${JSON.stringify(row)}`).join(',\n')}\n]\n`);
  writeFileSync(`${folder}/kernels.md`, markdown(all));
}
