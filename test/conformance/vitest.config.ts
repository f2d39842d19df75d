import { defineConfig } from 'vitest/config';

// Without the fleet of the other live tests: scripts/conformance.
export default defineConfig({
  test: { include: ['test/conformance/**/*.live.test.ts'], testTimeout: 180_000, hookTimeout: 60_000 },
});
