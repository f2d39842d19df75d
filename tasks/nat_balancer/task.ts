import { z } from 'zod';
import { failure, type ModuleResult } from '../../src/base/result.ts';
import * as args from '../shared/args.ts';
import type { Answer } from '../shared/answer.ts';
import {
  device,
  DIRECTOR_SH,
  directorResult,
  directorVars,
  notDrained,
  port,
  seconds,
  tableName,
  weight,
} from '../shared/receiver/balancer.ts';
import { TOA_SH } from '../shared/receiver/programs.ts';
import { remote } from '../shared/remote.ts';
import { defineVerb, type TaskContext } from '../../src/verb/verb.ts';
import { drained, ruleset, wrongServices } from './rules.ts';

const server = () =>
  z.strictObject({
    address: args.str(),
    /** Without it the service's. */
    port: port().optional(),
    /** Share of new connections; 0 drains: connections stay, new ones go elsewhere. */
    weight: weight(1000),
  });

const service = () =>
  z.strictObject({
    vip: args.str(),
    port: port(),
    servers: z.array(server()),
    /** A client's connections stay with one server, by its address. */
    persistent: args.bool().default(false),
  });

const schema = () =>
  z.strictObject({
    state: args.choice(['present', 'absent']).default('present'),
    /** Of the nftables table, the boot unit and the file in /etc/toa. */
    name: tableName().default('toa_nat'),
    services: z.array(service()).default([]),
    /** Servers answer to this host; without it they have to route back through it. */
    masquerade: args.bool().default(true),
    /** The interface that gets the services' addresses, now and at each boot. */
    vip_device: device().optional(),
    /** Seconds to wait until servers with weight 0 have no connection any more. */
    wait_drained: seconds(),
  });
type Given = z.output<ReturnType<typeof schema>>;

function resultOf(said: Answer, given: Given): ModuleResult {
  const refused = said.get('refused');
  if (refused !== undefined) {
    return failure(`nft refused the rules: ${refused}`, {
      code: 'E_NAT_REFUSED',
      remedy: 'the rules that were there are in force still',
    });
  }
  const left = said.get('left');
  if (left !== undefined) return notDrained(given.wait_drained, left, 'E_NAT_DRAIN');
  return directorResult(said);
}

async function run(given: Given, context: TaskContext): Promise<ModuleResult> {
  const wrong = wrongServices(given.services);
  if (wrong) return wrong;
  const vars = { ...directorVars(given, drained(given.services)), rules: ruleset(given) };
  const fn = given.state === 'present' ? 'nat_balancer_main' : 'nat_balancer_absent';
  const reply = await remote(context, { verb: 'nat_balancer', fn, vars, scripts: [TOA_SH, DIRECTOR_SH] });
  return reply.ok ? resultOf(reply.said, given) : reply.failed;
}

export const verb = defineVerb({
  name: 'nat_balancer',
  summary: 'A layer-4 balancer by nftables NAT: services, weights, draining; now and at each boot',
  args: schema,
  beyond: [],
  check: 'full',
  diff: false,
  exclusive: true,
  run,
});
