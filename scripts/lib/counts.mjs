#!/usr/bin/env node
// counts.mjs VITEST-JSON-REPORT STATUS: prints "PASSED FAILED". A file that did not load, or a run that failed in another way than by
// a test, counts as one failure: nothing red may look green.
import { existsSync, readFileSync } from 'node:fs';

const [report, status] = process.argv.slice(2);
if (existsSync(report)) {
  const { numPassedTests, numFailedTests, numPendingTests, testResults } = JSON.parse(readFileSync(report, 'utf8'));
  const notLoaded = testResults.filter((file) => file.status === 'failed' && file.assertionResults.length === 0).length;
  if (numPendingTests > 0) console.error(`${numPendingTests} skipped`);
  const failed = numFailedTests + notLoaded;
  console.log(numPassedTests, failed === 0 && status !== '0' ? 1 : failed);
} else {
  console.log(0, 1);
}
