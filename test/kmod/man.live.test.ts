import { readdirSync } from 'node:fs';
import { expect, it } from 'vitest';
import { $ } from 'zx';

it.each(readdirSync('kmod/man'))('man shows %s without a warning', async (name) => {
  const shown = await $({ quiet: true })`groff -man -Tutf8 -ww -P-cbou ${`kmod/man/${name}`}`;
  expect(shown.stderr).toBe('');
  expect(shown.stdout).toContain('EXIT STATUS');
});
