import { defineConfig } from 'vitest/config';

// unit: only Node, no root (npm test). live: real hosts, kernels and packages (scripts/test).
export default defineConfig({
  test: {
    projects: [
      { test: { name: 'unit', include: ['test/**/*.test.ts', 'tasks/**/*.test.ts'], exclude: ['test/e2e/**', '**/*.live.test.ts'], testTimeout: 20_000 } },
      { test: { name: 'live', globalSetup: ['test/e2e/fleet-setup.ts'], include: ['test/e2e/**/*.test.ts', 'tasks/**/*.live.test.ts', 'test/**/*.live.test.ts'], testTimeout: 180_000, hookTimeout: 300_000, fileParallelism: false } },
    ],
  },
});
