import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { writeRetryFile } from '../../src/cli/retry-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'toa-retry-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('names the failed hosts beside the playbook, or where the configuration says', () => {
  const path = writeRetryFile(join(folder, 'site.yml'), ['web2', 'web1']);
  expect(path).toBe(join(folder, 'site.retry'));
  expect(readFileSync(path, 'utf8')).toBe('web1\nweb2\n');
  expect(writeRetryFile('/srv/site.yml', ['a'], join(folder, 'kept'))).toBe(join(folder, 'kept/site.retry'));
});
