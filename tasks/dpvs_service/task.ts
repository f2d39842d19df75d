import { z } from 'zod';
import { failure, type ModuleResult } from '../../src/base/result.ts';
import * as args from '../shared/args.ts';
import type { Answer } from '../shared/answer.ts';
import { device, notDrained, port, seconds, weight } from '../shared/receiver/balancer.ts';
import { SERVICES_BUSY } from '../shared/receiver/dpvs.ts';
import { TOA_SH } from '../shared/receiver/programs.ts';
import { remote } from '../shared/remote.ts';
import { defineVerb, type TaskContext } from '../../src/verb/verb.ts';
import { changesFor, type Command, draining, fromNothing, owned } from './changes.ts';
import { type Wanted, wrongWanted } from './services.ts';
import { type State, stateOf } from './state.ts';

const server = () =>
  z.strictObject({
    address: args.str(),
    port: port().optional(),
    weight: weight(65_535),
  });

const service = () =>
  z.strictObject({
    vip: args.str(),
    port: port(),
    protocol: args.choice(['tcp', 'udp']).default('tcp'),
    device: device(),
    scheduler: args
      .str()
      .refine((name) => /^[a-z]{2,12}$/.test(name), 'the name of a scheduler')
      .default('rr'),
    persistent: args
      .int()
      .refine((value) => value > 0 && value <= 31_535_999, 'seconds')
      .optional(),
    synproxy: args.bool().default(false),
    servers: z.array(server()),
    local: args.list(args.str()).default([]),
    local_device: device(),
  });

const schema = () =>
  z.strictObject({
    state: args.choice(['present', 'absent']).default('present'),
    services: z.array(service()).default([]),
    routes: z.array(z.strictObject({ to: args.str(), via: args.str().optional(), device: device() })).default([]),
    /** As dpvs_plan answers it: services may name the interface that a port was. */
    ports: z
      .array(z.object({ port: device(), interface: args.str().default(''), mac: args.str().default('') }))
      .default([]),
    /** Seconds to wait until servers with weight 0 have no connection any more. */
    wait_drained: seconds(),
  });
type Given = z.output<ReturnType<typeof schema>>;

/** What is wanted, with devices by DPVS's names. */
function wantedOf({ state, services, routes, ports }: Given): Wanted {
  if (state === 'absent') return { services: [], routes: [] };
  const known = new Map(
    ports.flatMap((one) => [one.interface, one.mac].filter(Boolean).map((name) => [name, one.port])),
  );
  const name = (text: string): string => known.get(text) ?? text;
  return {
    services: services.map((one) => ({ ...one, device: name(one.device), local_device: name(one.local_device) })),
    routes: routes.map((one) => ({ ...one, device: name(one.device) })),
  };
}

const wrong = (problems: readonly string[]): ModuleResult =>
  failure(problems.join('; '), {
    code: 'E_DPVS_SERVICE',
    remedy:
      'services: [{vip, port, device, servers: [{address, weight}], local, local_device}], routes: [{to, via, device}]',
    problems,
  });

function readState(text: string): State {
  const part = (name: string): string => new RegExp(`--${name}--\n([^]*?)(?:\n?--[a-z]+--\n|$)`).exec(text)?.[1] ?? '';
  return stateOf(part('addresses'), part('routes'), part('services'), part('locals'));
}

/** What a start of DPVS runs: all of it, once DPVS answers. dpvs_daemon starts it beside DPVS. */
function bootScript(commands: readonly Command[]): string {
  return [
    '#!/bin/sh',
    '# Made by toa-play: what DPVS forgets when it ends.',
    `trap 'rm -f ${SERVICES_BUSY}' EXIT`,
    'turns=0',
    'until dpip link show >/dev/null 2>&1; do',
    "\t[ $turns -lt 120 ] || { echo 'toa-play: waiting for DPVS failed'; exit 1; }",
    '\tturns=$((turns + 1))',
    '\tsleep 1',
    'done',
    ...commands.map((words) => `${words.join(' ')} || echo 'toa-play: ${words.join(' ')} failed'`),
  ].join('\n');
}

async function apply(wanted: Wanted, commands: readonly Command[], context: TaskContext) {
  const vars = {
    commands: commands.map((words) => words.join(' ')),
    owned: owned(wanted).join('\n'),
    boot: bootScript(fromNothing(wanted)),
  };
  return remote(context, { verb: 'dpvs_service', fn: 'dpvs_service_apply', vars, scripts: [TOA_SH] });
}

/** Waits until nothing is left on servers with weight 0. */
async function drain(
  wanted: Wanted,
  first: State,
  wait: number,
  context: TaskContext,
): Promise<ModuleResult | undefined> {
  const until = Date.now() + wait * 1000;
  let left = draining(wanted, first);
  while (left.length > 0 && Date.now() < until && !context.signal.aborted) {
    context.progress(`waiting for ${left.join(', ')}`);
    await new Promise((resolve) => setTimeout(resolve, 1000));
    const reply = await remote(context, { verb: 'dpvs_service', scripts: [TOA_SH] });
    if (!reply.ok) return reply.failed;
    left = draining(wanted, readState(reply.text));
  }
  return left.length === 0 ? undefined : notDrained(wait, left.join('; '), 'E_DPVS_DRAIN');
}

function refusal(said: Answer): ModuleResult | undefined {
  const refused = said.get('refused');
  if (refused === undefined) return undefined;
  return failure(`\`${refused}\` was refused: ${said.get('by') ?? ''}`, {
    code: 'E_DPVS_REFUSED',
    remedy: 'the commands before it are in force (did); what was there stays',
    did: said.all('did'),
  });
}

async function present(given: Given, context: TaskContext): Promise<ModuleResult> {
  const wanted = wantedOf(given);
  const problems = wrongWanted(wanted);
  if (problems.length > 0) return wrong(problems);
  const looked = await remote(context, { verb: 'dpvs_service', scripts: [TOA_SH] });
  if (!looked.ok) return looked.failed;
  const commands = changesFor(wanted, readState(looked.text), looked.said.all('owned'));
  const words = commands.map((one) => one.join(' '));
  if (context.check) return { changed: commands.length > 0, did: words };
  const done = await apply(wanted, commands, context);
  if (!done.ok) return done.failed;
  const state = readState(done.text);
  const left = changesFor(wanted, state, []);
  const bad = refusal(done.said);
  if (bad) return bad;
  if (left.length > 0) {
    return failure(`DPVS took it and does not have it: ${left.map((one) => one.join(' ')).join('; ')}`, {
      code: 'E_DPVS_REFUSED',
      remedy: 'its log says why; an address that `dpip addr` has already cannot be a local address',
      did: words,
    });
  }
  const drained = given.wait_drained > 0 ? await drain(wanted, state, given.wait_drained, context) : undefined;
  return (
    drained ?? { changed: commands.length > 0 || done.said.is('changed'), did: words, wrote: done.said.all('wrote') }
  );
}

/** Where DPVS is gone, so is what was in it: the files only. */
async function absent(given: Given, context: TaskContext): Promise<ModuleResult> {
  const asked = await remote(context, { verb: 'dpvs_service', fn: 'dpvs_service_answers', scripts: [TOA_SH] });
  if (!asked.ok) return asked.failed;
  if (asked.said.is('answers')) return present(given, context);
  const reply = await remote(context, { verb: 'dpvs_service', fn: 'dpvs_service_forget', scripts: [TOA_SH] });
  return reply.ok ? { changed: reply.said.is('changed'), removed: reply.said.all('removed') } : reply.failed;
}

export const verb = defineVerb({
  name: 'dpvs_service',
  summary:
    "DPVS's services as data: addresses, routes, FullNAT services, servers and their weights, local addresses; now and at each start",
  args: schema,
  beyond: [],
  check: 'full',
  diff: false,
  exclusive: true,
  run: (given, context) => (given.state === 'present' ? present(given, context) : absent(given, context)),
});
