import { describe, expect, it } from 'vitest';
import { HostStates, type Way } from '../../src/engine/hosts/host-states.ts';

/** The way of a host in a play of nothing but tasks, or inside a block with a rescue. */
class StraightWay implements Way {
  hasFailed = false;
  hasEnded = false;
  private readonly isRescued: boolean;
  constructor(isRescued = false) {
    this.isRescued = isRescued;
  }
  fail(): void {
    if (!this.isRescued) this.hasFailed = true;
  }
  end(): void {
    this.hasEnded = true;
  }
  clearErrors(): void {
    this.hasFailed = false;
  }
}

function inBatch(...rescued: string[]): { states: HostStates; ways: Map<string, StraightWay>; told: () => number } {
  const states = new HostStates();
  const ways = new Map(['a', 'b', 'c'].map((host) => [host, new StraightWay(rescued.includes(host))]));
  let told = 0;
  states.choose([...ways.keys()]);
  states.beginBatch(ways, () => told++);
  return { states, ways, told: () => told };
}

describe('the states of hosts', () => {
  it('a failed host is out of the play, and of the plays after it', () => {
    const { states, ways } = inBatch();
    states.reach('a');
    states.fail('a');
    expect([states.hasFailed('a'), states.isInPlay('a'), states.isInPlay('b')]).toEqual([true, false, true]);
    states.endBatch();
    expect(states.beginBatch(ways, () => undefined)).toEqual(['a']);
    expect([states.failedCount, states.isInPlay('a')]).toEqual([0, false]);
    states.endBatch();
    expect(states.summary()).toEqual({ failed: ['a'], unreachable: [], neverReached: ['b', 'c'] });
  });

  it('a rescued host stays in the play and counts as failed nowhere', () => {
    const { states, told } = inBatch('a');
    states.fail('a');
    states.rescue('a');
    states.endBatch();
    expect([states.hasFailed('a'), states.isInPlay('a'), told()]).toEqual([false, true, 3]);
    expect(states.summary().failed).toEqual([]);
  });

  it('a failure that hosts share ends the way of all, and counts for them when the batch ends', () => {
    const { states } = inBatch();
    states.fail('a', ['a', 'b']);
    expect([states.hasFailed('a'), states.hasFailed('b'), states.isInPlay('b')]).toEqual([true, false, false]);
    states.endBatch();
    expect(states.summary().failed).toEqual(['a', 'b']);
  });

  it('a host that was lost stays lost until errors are cleared; one that ended has not failed', () => {
    const { states, ways } = inBatch();
    states.lose('a');
    states.end('b');
    states.fail('c');
    states.giveUp('b');
    expect([states.isUnreachable('a'), states.unreachableCount, ways.get('b')?.hasEnded]).toEqual([true, 1, true]);
    states.clear(['a', 'b', 'c']);
    states.endBatch();
    expect(states.summary()).toMatchObject({ failed: [], unreachable: [] });
  });
});
