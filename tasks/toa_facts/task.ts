import { z } from 'zod';
import { failure } from '../../src/base/result.ts';
import * as args from '../shared/args.ts';
import { Answer, failedCall, verbScript } from '../shared/answer.ts';
import { parseJson, program } from '../shared/receiver/programs.ts';
import { KMOD_SCRIPTS, moduleState } from '../shared/receiver/kmod.ts';
import { refusedPeers } from '../shared/receiver/refused.ts';
import { chooseReceiver, type HostAbility } from '../shared/receiver/strategy.ts';
import { defineVerb, type TaskContext } from '../../src/verb/verb.ts';

function ability(said: Answer, programs: boolean): HostAbility {
  return {
    kernel: said.get('kernel') ?? '',
    arch: said.get('arch') ?? '',
    root: said.get('uid') === '0',
    cgroup2: said.get('cgroup2') !== undefined || said.is('cgroup2_known'),
    bpffs: said.get('bpffs') !== undefined || said.is('bpffs_known'),
    lockdown: said.get('lockdown') ?? 'none',
    modules: said.is('modules'),
    programs,
  };
}

/** True when this installation has what both receivers are brought and proved with. */
async function hasPrograms(arch: string, context: TaskContext): Promise<boolean> {
  const both = ['toa-bpf', 'toa-probe'].map((name) => program(name, arch, context));
  return (await Promise.allSettled(both)).every(({ status }) => status === 'fulfilled');
}

/** The receivers that are there now: ours in eBPF, ours as a module, or somebody else's module. */
function presentReceiver(said: Answer): Record<string, unknown> {
  const status = parseJson(said.get('status'));
  const module = said.get('module');
  const state = said.is('module_ours') ? moduleState(said.all('module_state')) : undefined;
  return {
    ebpf: { attached: status['attached'] === true, program: said.get('program') ?? '', status },
    module: {
      loaded: module !== undefined,
      name: module ?? '',
      version: state?.version ?? said.get('module_version') ?? '',
      ours: state !== undefined,
      ...(state && { kinds: state.kinds, allow: state.allow, clients: state.clients }),
      ...(state && { networks: said.all('module_network') }),
      ...(state && { missed: state.missed, absent: state.absent, pending: said.is('module_pending') }),
      crashed: said.is('module_crashed'),
      kept_out: said.get('module_kept_out') ?? '',
      lacks: said.all('module_lacks'),
    },
    refused: status['attached'] === true ? refusedPeers(status['refused']) : (state?.refused ?? []),
    counters: parseJson(said.get('stats'))['counters'] ?? state?.counters ?? {},
  };
}

function facts(said: Answer, host: HostAbility): Record<string, unknown> {
  return {
    kernel: host.kernel,
    arch: host.arch,
    init: said.get('init'),
    cgroup2: said.get('cgroup2') ?? '',
    bpffs: said.get('bpffs') ?? '',
    btf: said.is('btf'),
    lockdown: host.lockdown,
    secure_boot: said.get('secure_boot') === '1',
    signatures_enforced: said.get('sig_enforce') === 'Y',
    modules: host.modules,
    kprobes: said.is('kprobes'),
    tun: said.is('tun'),
    container: said.is('container'),
    headers: said.get('headers') ?? '',
    headers_missing: said.get('headers_missing') ?? '',
    compiler: said.get('compiler') ?? '',
    make: said.get('make') ?? '',
    boot_loader: said.get('boot_loader') ?? '',
    receivers: presentReceiver(said),
    boot: said.get('boot') ?? '',
    proof: parseJson(said.get('proof')),
  };
}

/** True when the receiver that is attached is the one that this installation would bring. */
async function isCurrent(said: Answer, context: TaskContext): Promise<boolean> {
  const sum = said.get('program_sum');
  if (sum === undefined) return said.is('module_ours') && !said.is('module_pending');
  const attached = parseJson(said.get('status'))['current'] === true;
  const ours = await program('toa-bpf', said.get('arch') ?? '', context).catch(() => undefined);
  return attached && ours?.sum === sum;
}

export const verb = defineVerb({
  name: 'toa_facts',
  summary: 'Tells what a host can do as a TOA receiver, which receiver it has, and which one would be chosen',
  args: () =>
    z.strictObject({
      strategy: args.choice(['auto', 'ebpf', 'module', 'lvs-kernel']).default('auto'),
      /** A vendor's `toa` module that is loaded: refuse, or let kmod_load / toa_ebpf replace it. */
      vendor_module: args.choice(['refuse', 'replace']).default('refuse'),
    }),
  beyond: [],
  check: 'full',
  diff: false,
  hostLocal: true,
  async run({ strategy, vendor_module }, context) {
    const scripts = [...KMOD_SCRIPTS, verbScript('toa_facts')];
    const answer = await context.call({ scripts, fn: 'toa_facts_main' });
    if (answer.rc !== 0) return failedCall(answer);
    const said = new Answer(answer.stdout);
    const host = ability(said, await hasPrograms(said.get('arch') ?? '', context));
    const choice = chooseReceiver(strategy, host);
    const found = {
      ...facts(said, host),
      current: await isCurrent(said, context),
      receiver: choice.receiver,
      reason: choice.reason,
      remedy: choice.remedy ?? '',
    };
    const result = { changed: false, ansible_facts: { toa: found }, toa: found };
    if (said.get('module') && !said.is('module_ours') && vendor_module === 'refuse') {
      return failure(
        `the module ${said.get('module')} of another vendor is loaded; two receivers must not run at once`,
        {
          ...result,
          code: 'E_TOA_VENDOR_MODULE',
          remedy: 'unload it (rmmod) and remove its boot script, or set toa_vendor_module: replace',
        },
      );
    }
    return result;
  },
});
