import { z } from 'zod';
import { failure, type ModuleResult } from '../../src/base/result.ts';
import * as args from '../shared/args.ts';
import { Answer, failedCall, verbScript } from '../shared/answer.ts';
import { KMOD_SCRIPTS, moduleState, wrongParameter } from '../shared/receiver/kmod.ts';
import { wrongKinds } from '../shared/receiver/kinds.ts';
import { allowList, openList, wrongBalancers } from '../shared/receiver/networks.ts';
import { defineVerb, type TaskContext } from '../../src/verb/verb.ts';

const schema = () =>
  z.strictObject({
    state: args.choice(['present', 'absent']).default('present'),
    /** The module on the host; default: what kmod_build put there for the running kernel. */
    path: args.path().default(''),
    vendor: args.list(args.str()).default(['default']),
    /** Networks of the balancers, or `any`: every peer may say which address it has. Needed for `present`. */
    balancers: args.list(args.str()).default([]),
    /** Further module parameters, e.g. max_clients. */
    parameters: z.record(z.string(), z.union([z.string(), z.number()])).default({}),
    /** Another vendor's module that is loaded. */
    vendor_module: args.choice(['refuse', 'replace']).default('refuse'),
    /** A newer build while an older one is loaded; auto: now, but at the next boot on 2.6 and 3.10. */
    upgrade: args.choice(['auto', 'now', 'next-boot']).default('auto'),
    /** When the boot script's crash guard keeps the module out: refuse, or load it and forget the crash. */
    after_crash: args.choice(['refuse', 'load']).default('refuse'),
  });

type Given = z.output<ReturnType<typeof schema>>;

/** Why it was refused, as the host says it, and what to do; each is E_KMOD_LOAD_ and the word. */
const REMEDIES = {
  missing: 'run kmod_build first',
  vermagic: 'build for the running kernel (kmod_build), or boot the kernel that it is for',
  unsigned:
    'this kernel loads signed modules only: give kmod_build sign_key and sign_cert of a key that it trusts, or use toa_strategy: ebpf',
  format: 'the kernel and its headers are not of the same build: install the headers of exactly this release',
  symbols: 'the kernel lacks something that the module needs: look at the reason; kprobes must be on',
  unsupported: 'do what the reason says, and run again',
  insmod: 'look at the reason and at dmesg',
  silent: 'another module with the name toa was loaded: check `path`',
  busy: 'another module uses it: look at `lsmod`',
  vendor: 'unload it and remove its boot script, or set toa_vendor_module: replace',
  parameter: 'see `modinfo toa.ko` for the names of its parameters',
  settings: 'correct toa_vendor or toa_balancers; the settings before are still in force',
  crashed:
    "look at the kernel's last messages (console, pstore, kdump); if it was not the module, set toa_after_crash: load; the next boot tries it again by itself",
} as const;

type Reason = keyof typeof REMEDIES;

const isReason = (word: string | undefined): word is Reason => word !== undefined && Object.hasOwn(REMEDIES, word);

function marked(text: string, mark: string): string[] {
  return text
    .split('\n')
    .filter((line) => line.startsWith(`${mark}:`))
    .map((line) => line.slice(mark.length + 1));
}

function refusal(said: Answer): ModuleResult {
  const word = said.get('failed');
  const reason = isReason(word) ? word : 'insmod';
  const boot = said.all('vendor_boot');
  return failure([said.get('reason') ?? reason, ...boot.map((file) => `${file} loads it at boot`)].join('; '), {
    changed: said.is('changed'),
    code: `E_KMOD_LOAD_${reason.toUpperCase() as Uppercase<Reason>}`,
    remedy: REMEDIES[reason],
  });
}

async function present(given: Given, context: TaskContext): Promise<ModuleResult> {
  const params = Object.entries(given.parameters);
  const wrong = wrongKinds(given.vendor) ?? wrongBalancers(given.balancers) ?? wrongParameter(params);
  if (wrong) return wrong;
  const vars = {
    path: given.path,
    kinds: given.vendor.join(','),
    allow: allowList(given.balancers),
    replace: given.vendor_module,
    upgrade: given.upgrade,
    after_crash: given.after_crash,
    params: params.map(([name, value]) => `${name}=${value}`).join(' '),
    check: context.check ? '1' : '',
  };
  const scripts = [...KMOD_SCRIPTS, verbScript('kmod_load')];
  const answer = await context.call({ scripts, fn: 'kmod_load_main', vars });
  if (answer.rc !== 0) return failedCall(answer);
  const state = marked(answer.stdout, 'state');
  const said = new Answer(answer.stdout.replace(/^(state|dmesg):.*$/gm, ''));
  if (said.get('failed')) return refusal(said);
  const open = openList(given.balancers);
  const warnings = open ? [open] : [];
  for (const file of said.all('vendor_boot'))
    warnings.push(`${file} would load the replaced module again at boot (toa_vendor_module takes that away)`);
  if (said.is('pending')) warnings.push('a newer module is in place and will be loaded at the next boot');
  return {
    changed: said.is('changed'),
    msg: said.is('loaded') ? 'module loaded' : said.is('changed') ? 'module set up' : 'module is loaded',
    path: said.get('path'),
    pending: said.is('pending'),
    counters: moduleState(state).counters,
    dmesg: marked(answer.stdout, 'dmesg'),
    ...(warnings.length > 0 ? { warnings } : {}),
  };
}

async function absent(context: TaskContext): Promise<ModuleResult> {
  const vars = { check: context.check ? '1' : '' };
  const scripts = [...KMOD_SCRIPTS, verbScript('kmod_load')];
  const answer = await context.call({ scripts, fn: 'kmod_load_absent', vars });
  if (answer.rc !== 0) return failedCall(answer);
  const said = new Answer(answer.stdout);
  if (said.get('failed')) return refusal(said);
  return { changed: said.is('changed'), removed: said.all('removed') };
}

export const verb = defineVerb({
  name: 'kmod_load',
  summary:
    'Loads the kernel module after checking that it belongs to the running kernel, and sets it up; or unloads it',
  args: schema,
  argAliases: { kinds: 'vendor', allow: 'balancers' },
  beyond: [],
  exclusive: true,
  check: 'full',
  diff: false,
  run: (given, context) => (given.state === 'present' ? present(given, context) : absent(context)),
});
