import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { useScratch } from '../../test/support/scratch.ts';
import { forEachShell } from '../../test/support/shells.ts';
import { runVerb } from '../../test/support/verb-context.ts';
import { Answer, verbScript } from '../shared/answer.ts';
import { argsOf, judgeNode, type NodeFacts, queuesOf, wordsOf } from './sender.ts';
import { verb } from './task.ts';

/** As guide 001 recorded them. */
const STARTING = '2023/07/24 15:06:46 [TOA]starting ...';
const ARGS =
  '2023/07/24 15:06:46 [TOA]args: run -option-type-v4=254 -option-type-v6=254 -min-queue-id=1 -max-queue-id=12 -auto-setup';
const MISSING =
  'cloud-toa/cloud-toa: error while loading shared libraries: libnetfilter_queue.so.1: cannot open shared object file: No such file or directory';

const NODE: NodeFacts = {
  arch: 'x86_64',
  nft: true,
  library: true,
  installed: true,
  running: true,
  queues: [1, 2, 3],
  log: [STARTING, ARGS],
};
const WANTED = { v4: 254, v6: 254, min_queue: undefined, max_queue: undefined, auto_setup: true };
const says = (node: Partial<NodeFacts>, wanted: Partial<typeof WANTED> = {}): string =>
  judgeNode({ ...NODE, ...node }, { ...WANTED, ...wanted })
    .findings.map((one) => one.says)
    .join('\n');

describe("GoEdge's sender", () => {
  it('is as its log has it', () => {
    expect(argsOf(ARGS)).toEqual({ v4: 254, v6: 254, min_queue: 1, max_queue: 12, auto_setup: true });
    expect(judgeNode(NODE, WANTED).findings).toEqual([]);
    expect(argsOf(STARTING)).toBeUndefined();
    expect(argsOf(ARGS.replace('-auto-setup', ''))?.auto_setup).toBe(false);
  });

  it.each<[Partial<NodeFacts>, Record<string, unknown>, string]>([
    [{ arch: 'aarch64' }, {}, "GoEdge's sender is for x86_64, and this is aarch64"],
    [{ nft: false }, {}, 'there is no nft'],
    [{ library: false }, {}, 'there is no libnetfilter_queue.so.1'],
    [{ installed: false }, {}, 'no GoEdge node'],
    [{ log: [] }, {}, 'never started'],
    [{ log: [STARTING, ARGS, MISSING] }, {}, 'the sender did not start: cloud-toa/cloud-toa: error while loading'],
    [{ log: ['2024 [TOA]args: run -x'] }, {}, 'is not understood'],
    [{}, { v4: 200, v6: 253 }, 'the option type of IPv4 is 254, not 200; the option type of IPv6 is 254, not 253'],
    [{}, { min_queue: 5, max_queue: 12 }, 'its first queue is 1, not 5'],
    [{}, { auto_setup: false }, 'auto-setup is true, not false'],
    [{ running: false }, {}, 'its process is gone'],
    [{ queues: [40] }, {}, 'no nft rule sends packets to its queues 1-12'],
  ])('%j, %j: %s', (node, wanted, text) => expect(says(node, wanted)).toContain(text));

  it('an error before the last start is over', () => {
    expect(says({ log: [MISSING, STARTING, ARGS] })).toBe('');
  });

  it('queues of nft rules, as old and new nft list them', () => {
    expect(queuesOf('tcp dport 80 queue num 1-3 bypass\n queue flags bypass to 7\n queue to 9')).toEqual([
      1, 2, 3, 7, 9,
    ]);
  });

  it('any arguments read back as they were said', () => {
    const id = fc.integer({ min: 0, max: 65_535 });
    const given = fc.record({
      v4: fc.integer({ min: 1, max: 254 }),
      v6: fc.integer({ min: 1, max: 254 }),
      min_queue: id,
      max_queue: id,
      auto_setup: fc.boolean(),
    });
    fc.assert(
      fc.property(given, (sender) => {
        expect(argsOf(`2023/07/24 15:06:46 [TOA]args: ${wordsOf(sender)}`)).toEqual(sender);
      }),
    );
  });
});

forEachShell('goedge_sender.sh', (shell) => {
  const at = useScratch();
  const put = (path: string, text: string): void => {
    mkdirSync(dirname(at(path)), { recursive: true });
    writeFileSync(at(path), text);
  };

  it('tells the last lines about TOA, and whether the process is there', async () => {
    put('node/logs/run.log', `${STARTING}\nother\n${ARGS}\n`);
    put('proc/17/comm', 'cloud-toa\n');
    const vars = { folder: at('node'), check: '' };
    const line = `goedge_proc=${at('proc')}; goedge_sender_main`;
    const answer = await (
      await shell()
    ).call({ scripts: [verbScript('goedge_sender')], fn: 'eval', args: [line], vars });
    expect(answer).toMatchObject({ rc: 0, stderr: '' });
    const said = new Answer(answer.stdout.split('--output--')[0]);
    expect([said.get('installed'), said.get('running'), said.all('log')]).toEqual(['1', '1', [STARTING, ARGS]]);
  });

  it('on a machine without GoEdge, says what is missing', async () => {
    const result = await runVerb(verb, { folder: at('none') }, await shell());
    expect(result).toMatchObject({ failed: true, changed: false });
    expect(String(result.code)).toMatch(/^E_GOEDGE_(?:HOST|SENDER)$/);
  });
});
