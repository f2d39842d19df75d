import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { writeRetryFile } from '../../src/cli/world/retry-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'toa-retry-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('names the failed hosts beside the playbook, or where the configuration says', () => {
  const path = writeRetryFile(join(folder, 'site.yml'), ['web2', 'web1']);
  expect(path).toBe(join(folder, 'site.retry'));
  expect(readFileSync(path, 'utf8')).toBe('web1\nweb2\n');
  expect(writeRetryFile('/srv/site.yml', ['a'], join(folder, 'kept'))).toBe(join(folder, 'kept/site.retry'));
});

it('makes a file with the mode that the umask leaves, and keeps that of one that is there', () => {
  const path = join(folder, 'modes/site.retry');
  const modeAt = (umask: number): number => {
    const before = process.umask(umask);
    try {
      writeRetryFile('site.yml', ['a'], join(folder, 'modes'));
    } finally {
      process.umask(before);
    }
    return statSync(path).mode & 0o777;
  };
  expect(modeAt(0o027)).toBe(0o640);
  expect(modeAt(0o077)).toBe(0o640);
});

it('says that the folder or the file cannot be made', () => {
  writeFileSync(join(folder, 'plain'), '');
  for (const place of [join(folder, 'plain'), join(folder, 'plain/below')]) {
    expect(() => writeRetryFile('site.yml', ['a'], place)).toThrow(
      expect.objectContaining({ code: 'E_FILE_WRITE', message: expect.stringContaining(place) }),
    );
  }
});
