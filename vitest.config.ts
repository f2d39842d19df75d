import { defineConfig } from 'vitest/config';

const live = { testTimeout: 180_000, hookTimeout: 300_000, fileParallelism: false };

// What is compared with the real ansible-core: several files at a time, since they share nothing.
const ORACLE = ['conformance', 'template', 'cli'].map((area) => `test/${area}/**/*.live.test.ts`);

// What builds modules and boots kernels: takes one core for minutes, so that `live` runs beside it.
const KERNELS = ['test/kmod/module.live.test.ts', 'tasks/kmod_build/*.live.test.ts'];

// unit: only Node, no root (npm test). live: real sshd, kernel and package managers of this machine. e2e: on the fleet.
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts', 'tasks/**/*.test.ts'],
          exclude: ['test/e2e/**', 'test/guests/**', 'test/crash/**', '**/*.live.test.ts'],
          testTimeout: 20_000,
        },
      },
      { test: { name: 'crash', include: ['test/crash/*.test.ts'], ...live, testTimeout: 3_600_000 } },
      { test: { name: 'oracle', include: ORACLE, ...live, fileParallelism: true } },
      { test: { name: 'kernels', include: KERNELS, ...live } },
      {
        test: {
          name: 'live',
          include: ['tasks/**/*.live.test.ts', 'test/**/*.live.test.ts'],
          exclude: [...ORACLE, ...KERNELS],
          ...live,
        },
      },
      // on virtual machines, scripts/test-guests: each file has a pair of its own, and mostly one of the two works. The limits
      // end what hangs; on a machine with much else to do a test takes ten times what it takes on an idle one
      {
        test: {
          name: 'guests',
          include: ['test/guests/**/*.test.ts'],
          ...live,
          fileParallelism: true,
          testTimeout: 3_600_000,
          hookTimeout: 3_600_000,
        },
      },
      { test: { name: 'e2e', include: ['test/e2e/**/*.test.ts'], globalSetup: ['test/e2e/fleet-setup.ts'], ...live } },
    ],
  },
});
