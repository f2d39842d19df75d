import { z } from 'zod';
import { failure, type ModuleResult } from '../../src/base/result.ts';
import * as args from '../shared/args.ts';
import { verb as apt } from '../shared/packages/apt-verb.ts';
import { hostManager, packages } from '../shared/packages/packages.ts';
import { rpmVerb } from '../shared/packages/rpm-verb.ts';
import { verb as zypper } from '../shared/packages/zypper-verb.ts';
import { defineVerb, type TaskContext, type Verb } from '../../src/verb/verb.ts';

/** What all managers know, and what most playbooks say: one round trip. */
const common = {
  name: args.list(args.str()),
  state: args.choice(['present', 'installed', 'latest', 'absent', 'removed']).default('present'),
  use: args.choice(['auto', 'apt', 'dnf', 'yum', 'zypper']).default('auto'),
  update_cache: args.bool().default(false),
  // what Ansible hands on to the manager's own module; each works where that manager knows it
  cache_valid_time: args.int().default(0),
  install_recommends: args.bool().optional(),
  default_release: args.str().optional(),
  purge: args.bool().default(false),
  enablerepo: args.list(args.str()).default([]),
  disablerepo: args.list(args.str()).default([]),
  lock_timeout: args.int().optional(),
};
const commonSchema = z.object(common);
type CommonArgs = z.output<typeof commonSchema>;

const MANAGERS = { apt, dnf: rpmVerb('dnf'), yum: rpmVerb('yum'), zypper } as unknown as Record<string, Verb>;

const shapeOf = (verb: Verb): Record<string, unknown> => (verb.args as unknown as z.ZodObject).shape;

function namesOf(verb: Verb): string[] {
  return [...Object.keys(shapeOf(verb)), ...Object.keys(verb.argAliases ?? {})];
}

/** Every argument that the verb of some manager takes; which of them this host's takes is seen when it is known. */
const schema = () => {
  const others = Object.values(MANAGERS).flatMap(namesOf);
  const further = others.filter((name) => !(name in common)).map((name) => [name, args.raw().optional()]);
  // `pkg`, an alias of them all, is one of ours too
  return z.strictObject({ ...Object.fromEntries(further.filter(([name]) => name !== 'pkg')), ...common });
};

/** The arguments as the manager's own verb takes them, or what is wrong with them. */
function handedOn(given: Record<string, unknown>, manager: string, verb: Verb): { args: unknown } | ModuleResult {
  const shape = shapeOf(verb);
  const own: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(given)) {
    if (value !== undefined && name !== 'use') own[verb.argAliases?.[name] ?? name] = value;
  }
  const unknown = Object.keys(own).filter((name) => !(name in shape));
  // values that nobody gave stand at their defaults here
  const asked = unknown.filter((name) => !(name in common) || !isDefault(name as keyof CommonArgs, own[name]));
  if (asked.length > 0) {
    const supported = Object.keys(shape).sort().join(', ');
    const msg = `Unsupported parameters for (${manager}) module: ${asked.join(', ')}. Supported parameters include: ${supported}.`;
    return failure(msg, { code: 'E_TASK_ARGS' });
  }
  for (const name of unknown) delete own[name];
  const parsed = verb.args.safeParse(own, { jitless: true });
  if (parsed.success) return { args: parsed.data };
  const [issue] = parsed.error.issues;
  return failure(`${issue.path.join('.')}: ${issue.message}`, { code: 'E_TASK_ARGS' });
}

const defaults = commonSchema.omit({ name: true }).parse({}) as Record<string, unknown>;

function isDefault(name: keyof CommonArgs, value: unknown): boolean {
  return JSON.stringify(defaults[name]) === JSON.stringify(value);
}

async function byManager(given: Record<string, unknown>, use: string, context: TaskContext): Promise<ModuleResult> {
  const manager = use === 'auto' ? await hostManager(context) : use;
  if (typeof manager !== 'string') return manager;
  const verb = MANAGERS[manager];
  const own = handedOn(given, manager, verb);
  return 'args' in own ? verb.run(own.args as never, context) : own;
}

export const verb = defineVerb({
  name: 'package',
  summary: "Installs or removes packages with the host's own manager",
  args: schema,
  argAliases: { pkg: 'name' },
  beyond: [],
  check: 'full',
  diff: false,
  detachable: true,
  run: async (all, context) => {
    const given = all as unknown as CommonArgs;
    const isMore = Object.entries(all).some(([name, value]) => value !== undefined && !(name in common));
    if (isMore) return byManager(all as Record<string, unknown>, given.use, context);
    return packages(
      {
        manager: given.use,
        names: given.name,
        state: given.state,
        update_cache: given.update_cache || given.cache_valid_time > 0,
        cache_valid_time: given.cache_valid_time,
        install_recommends: given.install_recommends,
        release: given.default_release,
        purge: given.purge,
        lock_timeout: given.lock_timeout,
        options: [
          ...given.enablerepo.map((repo) => `--enablerepo=${repo}`),
          ...given.disablerepo.map((repo) => `--disablerepo=${repo}`),
        ],
      },
      context,
    );
  },
});
