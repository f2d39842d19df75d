import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ToaError } from '../../src/base/errors.ts';
import { packageRoot } from '../../src/base/package-root.ts';
import type { Value } from '../../src/base/value.ts';
import { checkVariables } from '../../src/cli/variables/check.ts';
import { playbookPage, readmeTable, variablesPage } from '../../src/cli/variables/page.ts';
import { playbookSpecs } from '../../src/cli/variables/specs.ts';

const root = packageRoot();
const specs = (name: string) => playbookSpecs(join(root, 'playbooks', name))!;
const site = specs('site.yml');

/** What is said of hosts with these variables; undefined: nothing is wrong. */
function said(...hosts: Record<string, unknown>[]): ToaError | undefined {
  const toValue = (value: unknown): Value =>
    value !== null && typeof value === 'object' && !Array.isArray(value)
      ? new Map(Object.entries(value as object) as [Value, Value][])
      : (value as Value);
  const all = hosts.map((variables, i) => ({
    name: `h${i + 1}`,
    scope: { lookup: (name: string) => toValue(variables[name]), names: () => Object.keys(variables) },
  }));
  try {
    checkVariables(site, all, (value) => {
      if (value === 'FACT') throw new Error('not known yet');
      return value;
    });
    return undefined;
  } catch (error) {
    if (error instanceof ToaError) return error;
    throw error;
  }
}

describe('variables of playbooks are checked on the controller', () => {
  const any = { toa_balancers: 'any' };

  it('good ones are', () => {
    expect(said(any)).toBeUndefined();
    expect(
      said({ toa_balancers: ['10.0.0.0/8', '::1'], toa_vendor: ['dpvs', '253:20'], toa_state: 'present' }),
    ).toBeUndefined();
    expect(said({ ...any, toa_crash_guard: '60', toa_module_parameters: { max_clients: 1000 } })).toBeUndefined();
    expect(said({ ...any, toa_module_options: ['CC=gcc-12'], ansible_host: 'x' })).toBeUndefined();
  });

  it('who may name a client has to be said, but not to take the receiver away', () => {
    expect(said({})).toMatchObject({ code: 'E_TOA_BALANCERS' });
    expect(said({ toa_balancers: [] })).toMatchObject({ code: 'E_TOA_BALANCERS' });
    expect(said({ toa_state: 'absent' })).toBeUndefined();
  });

  it.each<[Record<string, unknown>, string]>([
    [{ toa_balancer: ['10.0.0.0/8'] }, 'toa_balancer: there is no such variable. Did you mean toa_balancers?'],
    [{ toa_state: 'abesnt' }, 'Did you mean absent?'],
    [{ toa_strategy: 'lvs-kernel' }, 'toa_strategy: "lvs-kernel" is none of auto, ebpf, module'],
    [{ toa_balancers: ['10.0.0.0/33'] }, '"10.0.0.0/33" is no IPv4 or IPv6 network'],
    [{ toa_balancers: ['10.0.0.0/8\n0.0.0.0/0'] }, 'is no IPv4 or IPv6 network'],
    [{ toa_vendor: ['huwaei'] }, '"huwaei" is no vendor'],
    [{ toa_vendor: [] }, 'toa_vendor'],
    [{ toa_metrics_dir: 'relative' }, 'toa_metrics_dir'],
    [{ toa_metrics_dir: '/a;reboot' }, 'toa_metrics_dir'],
    [{ toa_crash_guard: 0 }, 'toa_crash_guard: 0 is not from 1 to 86400'],
    [{ toa_crash_guard: 'soon' }, 'toa_crash_guard: "soon" is not a number'],
    [{ toa_module_parameters: { hash_bits: 99 } }, 'hash_bits is a number from 8 to 22'],
    [{ toa_module_options: ['rm -rf'] }, 'is no NAME=value for make'],
    [{ toa_vendor_module: 'yes' }, 'toa_vendor_module'],
    [{ toa_sign_key: '/k.pem' }, 'toa_sign_key: needs toa_sign_cert and toa_builder'],
    [{ toa_source_git: 'https://x' }, 'toa_source_git: needs toa_source_version'],
    [{ toa_after_crash: 'reload' }, 'toa_after_crash'],
  ])('%j is refused', (variables, text) => {
    const error = said({ ...any, ...variables });
    expect(error?.code).toBe('E_TOA_VARIABLE');
    expect(error?.message).toContain(text);
  });

  it('all that is wrong is said at once, with the hosts', () => {
    const error = said({ toa_stat: 'x', toa_vendor: 'nobody' }, { ...any, toa_vendor: 'nobody' });
    expect(error?.message.split('\n')).toEqual([
      expect.stringMatching(/^toa_stat: there is no such variable.* \(h1\)$/),
      expect.stringMatching(/^toa_balancers: .* \(h1\)$/),
      expect.stringMatching(/^toa_vendor: .* \(h1 and 1 more\)$/),
    ]);
  });

  it('what hangs on facts is left to the host', () => expect(said({ ...any, toa_vendor: 'FACT' })).toBeUndefined());

  it('variables of the playbooks beside it are known', () =>
    expect(said({ ...any, toa_kernel: '6.1' })).toBeUndefined());
});

describe('the declaration', () => {
  const playbooks = new Map(
    [
      'site.yml',
      'kernel-upgrade.yml',
      'nat-balancer.yml',
      'lvs-nat.yml',
      'proxy-edge.yml',
      'custom-kernel.yml',
      'lvs-kernel.yml',
      'ipvs-2.4-kernel.yml',
      'dpvs-fullnat.yml',
      'goedge-edge.yml',
      'goedge-origin.yml',
    ].map((name) => [name, specs(name)]),
  );

  it('names every variable that the playbooks read, and no other', () => {
    const own = `toa_pattern toa_source_found toa_module_built toa_controls toa_boot toa_preflight toa_dpkg
      toa_kernel_failure toa_kernel_lost toa_kernel_proof toa_directors toa_real_servers toa_route toa_anchors toa_guide_config toa_has_entry toa_ipvs
      toa_kernel_installed toa_kernel_made toa_kernel_source toa_of_tree toa_old_arguments toa_old_how toa_old_links
      toa_old_prefix toa_old_title toa_old_tree toa_old_words toa_running toa_sysconfig toa_tree`.split(/\s+/);
    const verbs = readdirSync(join(root, 'tasks')).filter((name) => name.startsWith('toa_'));
    const files = readdirSync(join(root, 'playbooks'), { recursive: true, encoding: 'utf8' });
    const texts = files
      .filter((name) => name.endsWith('.yml') && !name.startsWith('meta/'))
      .map((name) => readFileSync(join(root, 'playbooks', name), 'utf8').replace(/^ *#.*$/gm, ''));
    const read = new Set(texts.flatMap((text) => text.match(/\btoa_[a-z\d_]+/g) ?? []));
    const declared = new Set([...playbooks.values()].flatMap(({ variables }) => [...variables.keys()]));
    // a verb may bear a variable's name
    const isVariable = (name: string): boolean => declared.has(name) || (!own.includes(name) && !verbs.includes(name));
    expect([...read].filter(isVariable).toSorted()).toEqual([...declared].toSorted());
  });

  it('is what the pages say: node scripts/generate-variables.mjs', () => {
    expect(readFileSync(join(root, 'docs/variables.md'), 'utf8')).toBe(variablesPage(playbooks));
    expect(readFileSync(join(root, 'README.md'), 'utf8')).toContain(readmeTable(site));
    expect(playbookPage('site.yml', site)).toContain('toa_balancers            list; has to be set');
  });
});
