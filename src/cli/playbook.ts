import { dirname } from 'node:path';
import { ToaError } from '../base/errors.ts';
import { nextTurn } from '../base/turns.ts';
import type { Listener } from '../engine/events.ts';
import type { PlannedPlaybook, RunOutcome } from '../engine/options.ts';
import { runPlan } from '../engine/run.ts';
import { openSession } from '../host/session/session.ts';
import type { LoadContext } from '../play/contract.ts';
import { playbookLoader } from '../play/playbook/index.ts';
import type { VariableStore } from '../play/variables/index.ts';
import { controllerPort } from './world/controller.ts';
import { factCache } from './world/fact-cache.ts';
import { interruption } from './interrupt.ts';
import { listing } from './listing.ts';
import { Missing } from './names/missing.ts';
import { warnOfPlugins } from './names/plugins.ts';
import type { RunFlags } from './options.ts';
import { writeError, writeOutput } from './output.ts';
import { openReports } from './reports.ts';
import { writeRetryFile } from './world/retry-file.ts';
import { checkStart } from './start-at.ts';
import { runSettings } from './settings.ts';
import { fitToHosts } from './v8-flags.ts';
import { checkPlaybookVariables } from './variables/hosts.ts';
import { hostSelection, loadContext, openWorld, playbookPath, variablesFor, type World } from './world/world.ts';

type Select = (pattern: string | readonly string[]) => string[];

/** Playbooks that are loaded, with all that running them needs. */
export interface Prepared {
  readonly world: World;
  readonly plans: readonly PlannedPlaybook[];
  readonly context: LoadContext;
  readonly variables: VariableStore;
  readonly select: Select;
}

/** Reads everything and checks it; no host is touched. Throws ToaError. */
export async function prepare(names: readonly string[], flags: RunFlags): Promise<Prepared> {
  const world = await openWorld(flags);
  // reading the inventory of a thousand hosts is 30 ms of CPU, reading playbooks too
  await nextTurn();
  const files = names.map((name) => playbookPath(world, name));
  const select = hostSelection(world);
  const missing = new Missing(world.warn);
  const context = loadContext(world, missing.note);
  const plans = files.map((file) => ({ file, plays: playbookLoader.loadPlaybook(file, context) }));
  missing.tell();
  warnOfPlugins(
    files,
    plans.flatMap(({ plays }) => plays),
    context.sources,
    world.warn,
  );
  return {
    world,
    plans,
    context,
    variables: variablesFor(world, files.length > 0 ? dirname(files[0]) : world.cwd),
    select,
  };
}

function printListing({ world, plans, variables, select }: Prepared, names: readonly string[]): void {
  const { flags, templar } = world;
  const { listHosts: hosts, listTasks: tasks, listTags: tags } = flags;
  const request = { hosts, tasks, tags, only: flags.tags, skip: flags.skipTags };
  const resolve: Parameters<typeof listing>[3]['resolve'] = (value, play) =>
    templar.resolve(value, variables.scope({ host: 'localhost', play }), { onUndefined: 'keep' });
  for (const [index, plan] of plans.entries()) {
    writeOutput(listing(names[index], plan.plays, request, { select, resolve }));
  }
}

/** Runs prepared playbooks with the given listeners beside those that the flags ask for, or alone (`quiet`). */
export async function execute(
  prepared: Prepared,
  extra: readonly Listener[] = [],
  options: { quiet?: boolean; isAnswer?: boolean } = {},
): Promise<RunOutcome> {
  const { world, variables } = prepared;
  const settings = await runSettings(world);
  const cache = factCache(world.settings, world.warn);
  const hosts = world.inventory.hosts;
  fitToHosts(hosts.size);
  if (world.flags.flushCache) cache?.flush(hosts.keys());
  const reports = await openReports(world, options.isAnswer);
  const stop = interruption(world.warn);
  const profile = world.flags.profile ? new (await import('./profile.ts')).Profile() : undefined;
  const shown = profile ? reports.listeners.map((one) => profile.timed(one)) : reports.listeners;
  try {
    return await runPlan({
      ...prepared,
      inventory: world.inventory,
      templar: world.templar,
      verbs: world.catalog.verbs,
      openSession: profile ? profile.around(openSession) : openSession,
      loader: playbookLoader,
      controller: controllerPort(world.vault),
      listeners: [...(options.quiet ? [] : shown), ...extra, ...(profile ? [profile.listener] : [])],
      settings: {
        ...settings,
        resultsUnseen: reports.resultsUnseen && extra.length === 0,
        factsKept: cache !== undefined,
      },
      gathered: cache?.load(hosts.keys(), variables, world.warn),
      signal: stop.signal,
    });
  } finally {
    stop.done();
    await reports.close();
    // Not among the events of --json.
    if (profile) (world.flags.json ? writeError : writeOutput)(profile.text());
    // Last, since it may fail.
    cache?.save(hosts.keys(), variables);
  }
}

/** With `retry_files_enabled` the hosts that failed can be named to the next run. */
function offerRetry({ settings, warn }: World, { failed, unreachable, endedIn }: RunOutcome): void {
  const hosts = [...new Set([...failed, ...unreachable])];
  if (!settings.retryFilesEnabled || hosts.length === 0) return;
  try {
    const file = writeRetryFile(endedIn, hosts, settings.retryFilesSavePath);
    writeOutput(`\tto retry, use: --limit @${file}\n\n`);
  } catch (error) {
    if (!(error instanceof ToaError)) throw error;
    // A warning, as Ansible's: the exit code stays that of the run.
    warn(`${error.code}: ${error.message}`);
  }
}

/** Runs (or lists) playbooks with parsed flags. Returns the exit code; throws ToaError for mistakes of the user. */
export async function playbookCommand(names: readonly string[], flags: RunFlags): Promise<number> {
  if (names.length === 0) {
    throw new ToaError('E_USAGE', 'the following arguments are required: playbook', { remedy: 'toa-play --help' });
  }
  const prepared = await prepare(names, flags);
  if (flags.listHosts || flags.listTasks || flags.listTags) {
    printListing(prepared, names);
    return 0;
  }
  checkStart(flags.startAtTask, prepared.plans);
  if (flags.syntaxCheck) {
    writeOutput(names.map((name) => `\nplaybook: ${name}\n`).join(''));
    return 0;
  }
  checkPlaybookVariables(prepared);
  const outcome = await execute(prepared);
  offerRetry(prepared.world, outcome);
  return outcome.exitCode;
}
