// A few kill points of what scripts/test-crash tries in whole.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Bed } from './bed/host.ts';
import type { Undisturbed } from './cut.ts';
import { cutEverywhere } from './matrix.ts';
import { PLAYBOOKS } from './plays/playbooks.ts';
import { faults } from './table.ts';

let bed: Bed;
beforeAll(() => {
  bed = new Bed();
});
afterAll(() => bed.remove());

/** The first, the last, and some between. */
const some = ({ roundTrips }: Undisturbed): number[] =>
  [0, 0.4, 0.6, 0.8, 1].map((part) => Math.max(1, Math.round(part * (roundTrips - 2))));

it('a run of 20 tasks that is cut off is made up for by the next one', async () => {
  const options = { hosts: 4, kinds: ['controller', 'session'], points: some } as const;
  const tried = await cutEverywhere(bed, PLAYBOOKS.twenty, options);
  expect(faults([tried])).toEqual([]);
  expect(tried.outcomes).toHaveLength(10);
});
