import { z } from 'zod';
import { failure } from '../../src/base/result.ts';
import * as args from '../shared/args.ts';
import type { Answer } from '../shared/answer.ts';
import { remote } from '../shared/remote.ts';
import { defineVerb } from '../../src/verb/verb.ts';
import { judgeNode, type NodeFacts, queuesOf, wordsOf } from './sender.ts';

const queue = () => args.int().refine((value) => value >= 0 && value < 65_536, 'the id of a queue, 0 to 65535');

const schema = () =>
  z.strictObject({
    /** Option types of IPv4 and IPv6, as the origins' receivers read them. */
    kinds: args
      .str()
      .refine(
        (text) => /^(?:[1-9]\d?|1\d\d|2[0-4]\d|25[0-4])\/(?:[1-9]\d?|1\d\d|2[0-4]\d|25[0-4])$/.test(text),
        'IPV4/IPV6, e.g. 254/254 or 200/253',
      )
      .default('254/254'),
    /** Where the node lives; its log is logs/run.log in it. */
    folder: args.path().default('/usr/local/goedge/edge-node'),
    /** Without them whatever it has. */
    min_queue: queue().optional(),
    max_queue: queue().optional(),
    /** It writes its nft rules itself. */
    auto_setup: args.bool().default(true),
  });

const factsOf = (said: Answer, rules: string): NodeFacts => ({
  arch: said.get('arch') ?? '',
  nft: said.is('nft'),
  library: said.is('library'),
  installed: said.is('installed'),
  running: said.is('running'),
  queues: queuesOf(rules),
  log: said.all('log'),
});

export const verb = defineVerb({
  name: 'goedge_sender',
  summary: "Looks whether a GoEdge node's own sender has what it needs, and sends the options that the origins read",
  args: schema,
  beyond: [],
  check: 'full',
  diff: false,
  hostLocal: true,
  async run(given, context) {
    const reply = await remote(context, { verb: 'goedge_sender', vars: { folder: given.folder } });
    if (!reply.ok) return reply.failed;
    const [v4, v6] = given.kinds.split('/').map(Number);
    const facts = factsOf(reply.said, reply.text);
    const { args: sender, findings } = judgeNode(facts, {
      ...given,
      v4,
      v6,
      min_queue: given.min_queue,
      max_queue: given.max_queue,
    });
    const result = {
      changed: false,
      sender: sender ?? {},
      arguments: sender ? wordsOf(sender) : '',
      queues: facts.queues,
    };
    if (findings.length === 0) return result;
    const [first] = findings;
    return failure(findings.map(({ says }) => says).join('; '), {
      ...result,
      failed: true,
      code: first.about === 'host' ? 'E_GOEDGE_HOST' : 'E_GOEDGE_SENDER',
      remedy: first.remedy,
      findings,
    });
  },
});
