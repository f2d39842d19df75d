// The whole of it, for scripts/test-crash: every round trip of two playbooks, cut off in three ways. TOA_CRASH_HOSTS
// says how many hosts are tried on side by side, TOA_CRASH_ONLY names one playbook (site or twenty), TOA_CRASH_KINDS kinds.
import { availableParallelism } from 'node:os';
import { afterAll, expect, it } from 'vitest';
import { Bed } from './bed/host.ts';
import { KINDS, type Kind } from './cut.ts';
import { cutEverywhere, type Tried } from './matrix.ts';
import { PLAYBOOKS } from './plays/playbooks.ts';
import { faults, table } from './table.ts';

const { TOA_CRASH_HOSTS, TOA_CRASH_ONLY, TOA_CRASH_KINDS } = process.env;
const kinds = TOA_CRASH_KINDS === undefined ? KINDS : (TOA_CRASH_KINDS.split(',') as Kind[]);
const bed = new Bed();
const all: Tried[] = [];

afterAll(() => {
  bed.remove();
  console.log(`${[table(all), ...faults(all)].join('\n')}\n`);
});

it.each(Object.entries(PLAYBOOKS).filter(([name]) => (TOA_CRASH_ONLY ?? name) === name))(
  'recovers wherever it is cut off: %s',
  async (_name, playbook) => {
    const hosts = Number(TOA_CRASH_HOSTS ?? 3 * availableParallelism());
    const tried = await cutEverywhere(bed, playbook, {
      hosts,
      kinds,
      told: (text) => console.log(text),
    });
    all.push(tried);
    expect(faults([tried])).toEqual([]);
  },
);
