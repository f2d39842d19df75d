import { z } from 'zod';
import { failure, type ModuleResult } from '../../src/base/result.ts';
import { defineVerb, type TaskContext } from '../../src/verb/verb.ts';
import type { Answer } from '../shared/answer.ts';
import * as args from '../shared/args.ts';
import { addressesOf, device, DIRECTOR_SH, port, tableName } from '../shared/receiver/balancer.ts';
import { TOA_SH } from '../shared/receiver/programs.ts';
import { remote } from '../shared/remote.ts';
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
    weight: args
      .int()
      .refine((value) => value >= 0 && value <= 65535, 'a weight from 0 to 65535')
      .default(1),
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
    wait_drained: args
      .int()
      .refine((value) => value >= 0, 'seconds')
      .default(0),
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
  return { changed: said.is('changed'), wrote: said.all('wrote'), removed: said.all('removed') };
}

/** What one run changes, as the shell half takes it. */
function variables(given: Given, release: string, seen: string, kept: string): Record<string, string> {
  const present = given.state === 'present';
  const want = tableOf(present ? given.services : []);
  const { first, drain, last } = plan(parseTable(seen), want, parseTable(kept), present && given.wait_drained > 0);
  const nat = given.services.some(({ servers }) => servers.some(({ forward }) => forward === 'nat'));
  return {
    name: given.name,
    seen,
    first: first.join('\n'),
    drain: given.wait_drained > 0 ? drain.join('\n') : '',
    last: last.join('\n'),
    table: linesOf(want).join('\n'),
    rules: given.masquerade && nat ? masquerading(given.name, given.services) : '',
    settings: settings(release, given.masquerade).join('\n'),
    modules: ['ip_vs', ...new Set(given.services.map(({ scheduler }) => `ip_vs_${scheduler}`))].join(' '),
    vips: given.vip_device === undefined ? '' : addressesOf(given.services.map(({ vip }) => vip)).join('\n'),
    vip_device: given.vip_device ?? '',
    wait: String(given.wait_drained),
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
