import { z } from 'zod';
import { failure, type ModuleResult } from '../../src/base/result.ts';
import * as args from '../shared/args.ts';
import type { Answer } from '../shared/answer.ts';
import { DIRECTOR_SH, port, tableName } from '../shared/receiver/balancer.ts';
import { TOA_SH } from '../shared/receiver/programs.ts';
import { remote } from '../shared/remote.ts';
import { defineVerb, type TaskContext } from '../../src/verb/verb.ts';
import { haproxySnippet, nginxSnippet, ruleset, upScript, wrongListeners } from './edge.ts';

const schema = () =>
  z.strictObject({
    state: args.choice(['present', 'absent']).default('present'),
    name: tableName().default('toa_edge'),
    proxy: args.choice(['nginx', 'haproxy']).optional(),
    listeners: z
      .array(z.strictObject({ listen: args.str(), port: port(), server: args.str(), server_port: port() }))
      .default([]),
    /** Binds to the client's port too; false: to its address alone. */
    client_port: args.bool().default(true),
    /** The file that gets the proxy's part. */
    dest: args
      .path()
      .refine((path) => /^\/[\w./@+-]*$/.test(path), 'an absolute path of letters, digits and . / @ + - _')
      .optional(),
    /** The proxy's main configuration, for the check of the whole. */
    config: args
      .path()
      .refine((path) => /^\/[\w./@+-]*$/.test(path), 'an absolute path of letters, digits and . / @ + - _')
      .optional(),
    mark: args
      .int()
      .refine((value) => value > 0 && value < 2 ** 31, 'a firewall mark')
      .default(0x70a),
    table: args
      .int()
      .refine((value) => value > 0 && value < 2 ** 31 && (value < 253 || value > 255), 'a routing table of its own')
      .default(710),
  });
type Given = z.output<ReturnType<typeof schema>>;

const DEFAULTS = {
  nginx: { dest: '/etc/nginx/modules-enabled/90-toa-edge.conf', config: '/etc/nginx/nginx.conf' },
  haproxy: { dest: '/etc/haproxy/toa-edge.cfg', config: '/etc/haproxy/haproxy.cfg' },
};

function wrong(given: Given): ModuleResult | undefined {
  if (given.state === 'present' && (!given.proxy || given.listeners.length === 0)) {
    return failure('proxy and listeners are needed', {
      code: 'E_EDGE_LISTENER',
      remedy: 'proxy: nginx or haproxy; listeners: [{listen, port, server, server_port}]',
    });
  }
  return wrongListeners(given.listeners);
}

function resultOf(said: Answer): ModuleResult {
  const refused = said.get('refused');
  if (refused !== undefined) {
    const by = said.get('by') ?? 'nft';
    return failure(`${by} refused it: ${refused}`, {
      code: 'E_EDGE_REFUSED',
      remedy: 'what was there is in force still',
    });
  }
  const warnings = said.all('warn');
  return {
    changed: said.is('changed'),
    wrote: said.all('wrote'),
    removed: said.all('removed'),
    ...(warnings.length > 0 ? { warnings } : {}),
  };
}

async function run(given: Given, context: TaskContext): Promise<ModuleResult> {
  const bad = wrong(given);
  if (bad) return bad;
  const proxy = given.proxy ?? 'nginx';
  const vars = {
    name: given.name,
    proxy: given.proxy,
    rules: ruleset(given),
    up: upScript(given),
    snippet:
      proxy === 'nginx'
        ? nginxSnippet(given.listeners, given.client_port)
        : haproxySnippet(given.name, given.listeners, given.client_port),
    dest: given.dest ?? DEFAULTS[proxy].dest,
    config: given.config ?? DEFAULTS[proxy].config,
    mark: `0x${given.mark.toString(16)}`,
    table: given.table,
  };
  const fn = given.state === 'present' ? 'proxy_edge_main' : 'proxy_edge_absent';
  const reply = await remote(context, { verb: 'proxy_edge', fn, vars, scripts: [TOA_SH, DIRECTOR_SH] });
  return reply.ok ? resultOf(reply.said) : reply.failed;
}

export const verb = defineVerb({
  name: 'proxy_edge',
  summary: 'Lets nginx or HAProxy pass TCP on from the addresses of its clients, so that toa_sender can name them',
  args: schema,
  beyond: [],
  check: 'full',
  diff: false,
  exclusive: true,
  run,
});
