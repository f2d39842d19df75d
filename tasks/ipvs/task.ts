import { z } from 'zod';
import { failure, type ModuleResult } from '../../src/base/result.ts';
import { defineVerb, type TaskContext } from '../../src/verb/verb.ts';
import type { Answer } from '../shared/answer.ts';
import * as args from '../shared/args.ts';
import {
  device,
  DIRECTOR_SH,
  directorResult,
  directorVars,
  port,
  seconds,
  tableName,
  weight,
} from '../shared/receiver/balancer.ts';
import { TOA_SH } from '../shared/receiver/programs.ts';
import { remote, type VarValue } from '../shared/remote.ts';
import { linesOf, masquerading, parseTable, plan, settings, tableOf, wrongServices } from './plan.ts';

const SCHEDULERS: [string, ...string[]] = [
  'rr',
  'wrr',
  'lc',
  'wlc',
  'lblc',
  'lblcr',
  'dh',
  'sh',
  'sed',
  'nq',
  'fo',
  'ovf',
  'mh',
];

const server = () =>
  z.strictObject({
    address: args.str(),
    /** Without it the service's. */
    port: port().optional(),
    /** Share of new connections; 0 drains: connections stay, new ones go elsewhere. */
    weight: weight(65535),
    /** IPVS's -m, -g (direct routing) and -i (IPIP). */
    forward: args.choice(['nat', 'route', 'tunnel']).default('nat'),
  });

const service = () =>
  z.strictObject({
    vip: args.str(),
    port: port(),
    scheduler: args.choice(SCHEDULERS).default('wrr'),
    /** Seconds for which a client stays with its server. */
    persistent: args
      .int()
      .refine((value) => value >= 0 && value <= 2678400, 'seconds')
      .default(0),
    servers: z.array(server()),
  });

const schema = () =>
  z.strictObject({
    state: args.choice(['present', 'absent']).default('present'),
    /** Of the nftables table, the boot unit and the files in /etc/toa. */
    name: tableName().default('toa_ipvs'),
    services: z.array(service()).default([]),
    /** Servers answer to this host; without it they have to route back through it. */
    masquerade: args.bool().default(true),
    /** The interface that gets the services' addresses, now and at each boot. */
    vip_device: device().optional(),
    /** Seconds to wait until servers with weight 0, and those that leave, have no active connection. */
    wait_drained: seconds(),
  });
type Given = z.output<ReturnType<typeof schema>>;

const SCRIPTS = [TOA_SH, DIRECTOR_SH];

function resultOf(said: Answer, given: Given): ModuleResult {
  const refused = said.get('refused');
  if (refused !== undefined)
    return failure(refused, { code: 'E_IPVS_REFUSED', remedy: 'run it again when that is mended' });
  const left = said.get('left');
  if (left !== undefined) {
    return failure(`after ${given.wait_drained} s, connections to servers that are drained are left: ${left}`, {
      code: 'E_IPVS_DRAIN',
      remedy: 'run it again, wait longer (wait_drained), or cut them: wait_drained: 0',
    });
  }
  return directorResult(said);
}

/** What one run changes, as the shell half takes it. */
function variables(given: Given, release: string, seen: string, kept: string): Record<string, VarValue> {
  const present = given.state === 'present';
  const want = tableOf(present ? given.services : []);
  const { first, drain, last } = plan(parseTable(seen), want, parseTable(kept), present && given.wait_drained > 0);
  const nat = given.services.some(({ servers }) => servers.some(({ forward }) => forward === 'nat'));
  return {
    ...directorVars(given, drain),
    seen,
    first,
    last,
    table: linesOf(want),
    rules: given.masquerade && nat ? masquerading(given.name, given.services) : '',
    settings: settings(release, given.masquerade),
    modules: ['ip_vs', ...new Set(given.services.map(({ scheduler }) => `ip_vs_${scheduler}`))].join(' '),
  };
}

async function run(given: Given, context: TaskContext): Promise<ModuleResult> {
  const wrong = wrongServices(given.services);
  if (wrong) return wrong;
  const look = await remote(context, { verb: 'ipvs', fn: 'ipvs_look', vars: { name: given.name }, scripts: SCRIPTS });
  if (!look.ok) return look.failed;
  const [seen = '', kept = ''] = look.text.split('== kept\n');
  const vars = variables(given, look.said.get('release') ?? '', seen.trimEnd(), kept);
  const fn = given.state === 'present' ? 'ipvs_apply' : 'ipvs_absent';
  const done = await remote(context, { verb: 'ipvs', fn, vars, scripts: SCRIPTS });
  return done.ok ? resultOf(done.said, given) : done.failed;
}

export const verb = defineVerb({
  name: 'ipvs',
  summary: 'A director by IPVS (LVS): services, real servers, weights, draining; now and at each boot',
  args: schema,
  beyond: [],
  check: 'full',
  diff: false,
  exclusive: true,
  run,
});
