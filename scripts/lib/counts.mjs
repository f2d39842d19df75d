#!/usr/bin/env node
// counts.mjs VITEST-JSON-REPORT STATUS: prints "PASSED FAILED", and to stderr what failed: file, test, message. A file that did not
// load, or a run that failed in another way than by a test, counts as one failure: nothing red may look green.
import { existsSync, readFileSync } from 'node:fs';
import { relative } from 'node:path';

const [report, runStatus] = process.argv.slice(2);
if (existsSync(report)) {
  const { numPassedTests, numPendingTests, testResults } = JSON.parse(readFileSync(report, 'utf8'));
  const failures = testResults.flatMap(failuresOf);
  if (failures.length === 0 && runStatus !== '0') failures.push(`the run ended with ${runStatus}, and no test failed`);
  if (numPendingTests > 0) console.error(`${numPendingTests} skipped`);
  for (const failure of failures) console.error(`FAILED ${failure}`);
  console.log(numPassedTests, failures.length);
} else {
  console.error('FAILED the run: no report was written');
  console.log(0, 1);
}

function failuresOf({ name, status, message, assertionResults }) {
  const file = relative('.', name);
  if (status === 'failed' && assertionResults.length === 0) return [`${file}: did not load\n${message}`];
  return assertionResults
    .filter((test) => test.status === 'failed')
    .map((test) => `${file}: ${test.fullName}\n${test.failureMessages.join('\n')}`);
}
