import { readDetached } from '../../src/host/index.ts';
import { plainAnswer } from '../../src/engine/task/answer.ts';
import { sealed, unsealed } from '../../src/engine/task/job-seal.ts';
import type { Inputs, Parser } from './inputs.ts';

// src/host/detached/detached.ts, src/engine/task/{job-seal,answer}.ts: what a host says of a job that was left to it.
const PIECES = [
  'kept /root/.ansible_async/j1.2\n',
  'kept /root/.ansible_async/j1.2\n',
  'running /f\n',
  'lost /f\n',
  'none\n',
  'toa-async 1 0 0 1764000000 1764000001 ',
  'toa-async 1 ',
  'toa-async 2 ',
  '0',
  '1',
  '3 ',
  '-1 ',
  '9999999999 ',
  '1e3 ',
  '0x10 ',
  'NaN ',
  '999999999999 ',
  ' ',
  '\n',
  'abc',
  'é',
  '\u0000',
  '{"changed": true, "ansible_facts": {"x": 1}, "add_host": {}, "__proto__": {"a": 1}}',
  '[[[[',
  '{"rc": "0", "stdout": 1}',
];
const KEYS = new Set('changed failed skipped rc stdout stderr msg start end delta cmd'.split(' '));

/** The answer for a job whose three texts are right, mostly. */
function kept(inputs: Inputs, about: string): string {
  const texts = [about, 'out', 'err'];
  const sizes = texts.map((text) => (inputs.below(8) === 0 ? inputs.below(400) : Buffer.byteLength(text)));
  const head = ['toa-async 1', inputs.below(300), inputs.below(2), 1764000000, 1764000001, ...sizes].join(' ');
  const text = `kept /f\n${head}\n${texts.join('')}`;
  return inputs.below(2) === 0 ? text : inputs.broken(text);
}

function checkJob(text: string): boolean {
  const bytes = Buffer.from(text);
  const job = readDetached({ rc: 0, stdout: bytes.toString(), stderr: '', stdoutBytes: bytes });
  const wrong = (what: string): Error => new Error(`jobs: ${JSON.stringify(text)}: ${what}`);
  if (job.state !== 'ended') return false;
  const { about, answer, started, ended } = job.call;
  // each of them printed anew gives what was said
  const head = /^kept .*\n(toa-async 1 (\d{1,3}) [01] \d+ \d+ (\d+) (\d+) (\d+))\n/.exec(text);
  if (!head) throw wrong('its first lines are none of ours');
  if (answer.rc !== Number(head[2])) throw wrong(`status ${answer.rc}`);
  if (Number.isNaN(started.getTime() + ended.getTime())) throw wrong('a time that is none');
  const behind = bytes.subarray(Buffer.byteLength(head[0]));
  const [one, two, three] = head.slice(3).map(Number);
  if (one + two + three > behind.length) throw wrong('more text than there is');
  if (about !== behind.toString('utf8', 0, one)) throw wrong('another text about it');
  if (answer.stderr !== behind.toString('utf8', one + two, one + two + three)) throw wrong('another text of errors');
  return true;
}

function checkPlain(text: string): void {
  let given: unknown;
  try {
    given = JSON.parse(text);
  } catch {
    return;
  }
  for (const [key, value] of Object.entries(plainAnswer(given)))
    if (!KEYS.has(key) || (typeof value === 'object' && !Array.isArray(value)))
      throw new Error(`jobs: ${text} gave ${key}`);
}

export const jobs: Parser = {
  prepare: () => {
    const job = { id: 'j1.2', host: 'web1', verb: 'command', args: { argv: ['true'] } };
    const ours = sealed(job);
    if (unsealed(ours, job.id, job.host) === undefined) throw new Error('jobs: what was sealed is not taken');
    return (inputs) => {
      const text = inputs.below(2) === 0 ? inputs.text(PIECES, 14) : kept(inputs, ours);
      checkPlain(text);
      // the seal costs what a hash costs: every eighth time
      if (inputs.below(8) === 0) {
        const changed = inputs.broken(ours);
        const [id, host] = [inputs.pick(['j1.2', 'j1.3']), inputs.pick(['web1', 'web2'])];
        const isTaken = unsealed(changed, id, host) !== undefined;
        if (isTaken && (changed !== ours || id !== job.id || host !== job.host))
          throw new Error(`jobs: the seal of ${JSON.stringify(changed)} is taken for ${id} of ${host}`);
      }
      return checkJob(text);
    };
  },
};
