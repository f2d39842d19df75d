import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { parse } from 'yaml';

const root = resolve(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

/** The receivers' metrics: counters of toa_abi.h and of the module, and what the collectors add. */
const counters = [...`${read('kmod/include/toa_abi.h')}${read('kmod/toa/toa.h')}`.matchAll(/^\tX\((\w+),/gm)];
const known = new Set([
  ...counters.map(([, name]) => `toa_${name}_total`),
  'toa_receiver_up',
  'toa_clients',
  'toa_max_clients',
  'toa_missed_total',
  'toa_module_kept_out',
  'toa_young_deaths',
]);
const named = (text: string): string[] => [...text.matchAll(/\btoa_[a-z0-9_]+\b/g)].map(([name]) => name);

interface Rule {
  alert: string;
  expr: string;
  annotations: { summary: string; description: string };
}
const { groups } = parse(read('docs/monitoring/alerts.yml')) as { groups: { rules: Rule[] }[] };
const rules = groups.flatMap((group) => group.rules);
const dashboard = JSON.parse(read('docs/monitoring/dashboard.json')) as {
  panels: { id: number; title: string; targets: { expr: string }[] }[];
};

it('alerts and dashboard name only metrics that exist', () => {
  const texts = [
    ...rules.map(({ expr }) => expr),
    ...dashboard.panels.flatMap((one) => one.targets.map((t) => t.expr)),
  ];
  expect(texts.length).toBeGreaterThan(20);
  for (const text of texts) expect([text, named(text).filter((name) => !known.has(name))]).toEqual([text, []]);
});

it('every alert is told in README, with what to do', () => {
  const told = [...read('docs/monitoring/README.md').matchAll(/^\| (Toa\w+) \|/gm)].map(([, name]) => name);
  expect(told).toEqual(rules.map(({ alert }) => alert));
  for (const { annotations } of rules) expect(annotations.summary && annotations.description).toBeTruthy();
});

it('panels have ids of their own', () => {
  const ids = dashboard.panels.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
});
