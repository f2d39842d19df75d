import type { Test } from '../contract.ts';
import { fileTests } from './files.ts';
import { networkTests } from './networks.ts';
import { resultTests } from './results.ts';
import { valueTests } from './values.ts';
import { versionTests } from './versions.ts';

const builtin: Record<string, Test> = { ...fileTests, ...resultTests, ...valueTests, ...versionTests };

/** Ansible's own tests (ansible-core 2.14), by short name and by `ansible.builtin.` name; those of ansible.utils in full. */
export const ansibleTests: ReadonlyMap<string, Test> = new Map<string, Test>([
  ...Object.entries(builtin).flatMap(([name, test]): [string, Test][] => [
    [name, test],
    [`ansible.builtin.${name}`, test],
  ]),
  ...Object.entries(networkTests).map(([name, test]): [string, Test] => [`ansible.utils.${name}`, test]),
]);
