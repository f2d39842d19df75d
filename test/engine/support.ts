import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { controllerPort } from '../../src/cli/world/controller.ts';
import { buildCatalog } from '../../src/cli/catalog.ts';
import { systemPorts } from '../../src/cli/world/ports.ts';
import { systemSources } from '../../src/cli/world/sources.ts';
import type { EngineEvent, HostCounters } from '../../src/engine/events.ts';
import type { RunOptions, RunOutcome, RunSettings } from '../../src/engine/options.ts';
import { notesName } from '../../src/engine/play/pending-handlers.ts';
import { runPlan } from '../../src/engine/run.ts';
import { openSession } from '../../src/host/index.ts';
import type { VaultReader } from '../../src/play/contract.ts';
import { loadInventory, selectHosts } from '../../src/play/inventory/index.ts';
import { playbookLoader } from '../../src/play/playbook/index.ts';
import { pyStr } from '../../src/template/python/print.ts';
import { createVariables } from '../../src/play/variables/index.ts';
import { createTemplar } from '../../src/template/templar.ts';
import type { Dict } from '../../src/base/value.ts';

const noVault: VaultReader = {
  isVault: () => false,
  decrypt: () => {
    throw new Error('no vault in these tests');
  },
};

const NOTES = ['/var/lib/toa-play', join(homedir(), '.toa-play')];

/** A scratch folder with files; removed by `remove`. */
export class Project {
  /** What its runs may have noted on this machine, which is their host. */
  readonly notes = new Set<string>();
  readonly folder = mkdtempSync(join(tmpdir(), 'toa-engine-'));

  constructor(files: Readonly<Record<string, string>>) {
    for (const [name, text] of Object.entries(files)) {
      const path = join(this.folder, name);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text);
    }
  }

  read(name: string): string {
    return readFileSync(join(this.folder, name), 'utf8');
  }

  removeFile(name: string): void {
    rmSync(join(this.folder, name));
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
    for (const name of this.notes) {
      for (const folder of NOTES) rmSync(join(folder, name), { force: true });
    }
  }
}

/** What a run told and gave. */
export interface Ran {
  readonly outcome: RunOutcome;
  readonly events: readonly EngineEvent[];
  /** `ok changed unreachable failed skipped rescued ignored` of a host. */
  recap(host: string): string;
  /** Results by task name and host, in the order of events. */
  results(task: string): Extract<EngineEvent, { type: 'host-result' }>[];
  /** Names of the tasks that were begun. */
  readonly tasks: readonly string[];
}

export const SETTINGS: RunSettings = {
  forks: 5,
  check: false,
  diff: false,
  verbosity: 0,
  tags: [],
  skipTags: [],
  target: { connection: 'local', timeoutSeconds: 3 },
};

/** Runs site.yml (or `playbook`) of a project on local hosts with the real loader, templates, sessions and verbs. */
export async function play(
  project: Project,
  options: {
    settings?: Partial<RunSettings>;
    hosts?: string;
    limit?: string;
    extra?: Dict;
    override?: Partial<RunOptions>;
    playbook?: string;
  } = {},
): Promise<Ran> {
  const warn = (): void => undefined;
  const sources = systemSources(warn);
  const catalog = buildCatalog();
  const events: EngineEvent[] = [];
  const templar = createTemplar(systemPorts({ vault: noVault, warn, config: () => undefined }));
  const inventory = loadInventory([options.hosts ?? 'h1,'], { sources, vault: noVault, cwd: project.folder });
  const settings = { ...SETTINGS, ...options.settings };
  const variables = createVariables({
    inventory,
    extraVars: new Map([['out', project.folder], ...(options.extra ?? [])]),
    run: {
      playbookDir: project.folder,
      check: settings.check,
      diff: settings.diff,
      forks: settings.forks,
      verbosity: 0,
      runTags: [],
      skipTags: [],
      inventorySources: [],
    },
    loadVars: (path) => playbookLoader.loadVars(path, { sources, vault: noVault }),
    sources,
    templar,
  });
  let id = 0;
  const context = {
    sources,
    verbs: catalog,
    templar,
    vault: noVault,
    rolesPath: [join(project.folder, 'roles')],
    scope: variables.scope({ host: '' }),
    nextId: () => ++id,
  };
  const site = join(project.folder, options.playbook ?? 'site.yml');
  const plays = playbookLoader.loadPlaybook(site, context);
  for (const one of plays)
    for (const name of [...inventory.hosts.keys(), 'localhost']) project.notes.add(notesName(one, name));
  const outcome = await runPlan({
    plans: [{ file: site, plays }],
    inventory,
    variables,
    templar,
    verbs: catalog.verbs,
    openSession,
    select: selectHosts(inventory, options.limit, sources, project.folder).hosts,
    loader: playbookLoader,
    context,
    controller: controllerPort(noVault),
    listeners: [(event) => events.push(event)],
    settings,
    ...options.override,
  });
  return ran(outcome, events);
}

function ran(outcome: RunOutcome, events: readonly EngineEvent[]): Ran {
  const order: (keyof HostCounters)[] = ['ok', 'changed', 'unreachable', 'failed', 'skipped', 'rescued', 'ignored'];
  return {
    outcome,
    events,
    recap: (host) => {
      const counters = outcome.counters.get(host);
      return counters ? order.map((name) => counters[name]).join(' ') : 'none';
    },
    results: (task) =>
      events.filter(
        (event): event is Extract<EngineEvent, { type: 'host-result' }> =>
          event.type === 'host-result' && event.task.name === task,
      ),
    tasks: events.flatMap((event) => (event.type === 'task-start' ? [event.task.name] : [])),
  };
}

export const text = pyStr;
