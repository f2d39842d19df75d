import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const MITOGEN = '/usr/lib/python3/dist-packages/ansible_mitogen/plugins/strategy';
const TOA_PLAY = join(ROOT, 'bin/toa-play.js');
const PLAYBOOK = ['site.yml', '-i', 'hosts'];
/** Tasks of site.yml and the gathering of facts. */
const ROUNDS = '11';

const file = (name) => fileURLToPath(new URL(name, import.meta.url));

/** Whether a recap names all hosts and none with a failure: a run that did less work is no measurement. */
function isWholeRecap(output, hosts) {
  const lines = output.match(/^h\d+ +: ok=\d+ .*$/gm) ?? [];
  return lines.length === hosts && lines.every((line) => /unreachable=0 +failed=0 /.test(line) && /ok=11 /.test(line));
}

/** The programs to run, in the order of each round. */
export function contestants({ folder, port, key, hosts, groups }, { ansible }) {
  const isGood = (output) => isWholeRecap(output, hosts);
  const floor = {
    name: 'floor',
    command: [process.execPath, file('floor.mjs'), 'addresses', port, key, ROUNDS],
    cwd: folder,
    isGood: (output) => /^\d+\n$/.test(output),
  };
  const toaPlay = {
    name: 'toa-play',
    command: [process.execPath, TOA_PLAY, ...PLAYBOOK],
    cwd: folder,
    isGood,
  };
  const pipelined = {
    ANSIBLE_PIPELINING: '1',
    ANSIBLE_FORKS: '50',
    ANSIBLE_HOST_KEY_CHECKING: '1',
    ANSIBLE_TIMEOUT: '60',
  };
  const mitogen = { ...pipelined, ANSIBLE_STRATEGY: 'mitogen_linear', ANSIBLE_STRATEGY_PLUGINS: MITOGEN };
  const command = ['ansible-playbook', ...PLAYBOOK];
  const all = [
    floor,
    toaPlay,
    ...(ansible
      ? [
          { name: 'ansible', command, cwd: folder, env: pipelined, runs: 3, isGood },
          { name: 'mitogen', command, cwd: folder, env: mitogen, runs: 3, isGood },
        ]
      : []),
  ];
  return all.map((one) => ({ ...one, groups }));
}

/** toa-play with a probe that notes the longest turn of the event loop: at ten hosts it costs 3 % of the time. */
export function probed({ folder, hosts, groups }) {
  const turns = join(folder, 'turns');
  return {
    name: 'toa-play, probed',
    command: [process.execPath, '--require', file('turn-probe.cjs'), TOA_PLAY, ...PLAYBOOK],
    cwd: folder,
    env: { TOA_BENCH_TURNS: turns },
    turns,
    isGood: (output) => isWholeRecap(output, hosts),
    groups,
  };
}
