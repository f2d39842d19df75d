import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { useScratch } from '../../../test/support/scratch.ts';
import { forEachShell } from '../../../test/support/shells.ts';
import { verbScript } from '../answer.ts';
import { packageLines, pinnedPackages } from './kernel-devel.ts';
import { KMOD_SCRIPTS } from './kmod.ts';

const SUM = 'a'.repeat(64);
const OTHER = 'b'.repeat(64);

it('one URL serves several kernels, each with its own checksum; a kernel without one is not asked for', () => {
  const urls = pinnedPackages().parse([
    { url: 'https://vault.example/{arch}/kernel-devel-{release}.rpm', sha256: { '3.10.0-1': SUM, '3.10.0-2': OTHER } },
    { url: 'file:///srv/headers.rpm', sha256: OTHER },
  ]);
  const own = `${OTHER} file:///srv/headers.rpm`;
  expect(packageLines(urls, '3.10.0-2', 'x86_64')).toBe(
    `${OTHER} https://vault.example/x86_64/kernel-devel-3.10.0-2.rpm\n${own}`,
  );
  expect(packageLines(urls, '3.10.0-3', 'x86_64')).toBe(own);
  // a release is a word of the host
  expect(packageLines(urls, 'constructor', 'x86_64')).toBe(own);
  for (const said of ['3.10.0-1\n', '../3.10.0-1', '{arch}', '']) expect(packageLines(urls, said, '')).toBe('');
  expect(pinnedPackages().safeParse([{ url: 'https://x/y', sha256: { '3.10.0-1': 'short' } }]).success).toBe(false);
});

forEachShell('packages that are named', (shell) => {
  const at = useScratch();

  it('come from a folder of the host, and only with their checksum', async () => {
    writeFileSync(at('headers-1.rpm'), 'the package');
    const sum = createHash('sha256').update('the package').digest('hex');
    const call = async (lines: readonly string[]) =>
      (await shell()).call({
        scripts: [...KMOD_SCRIPTS, verbScript('shared/receiver', 'kernel-devel.sh')],
        fn: 'eval',
        // a fake rpm: it makes the build tree that the package would make
        args: [
          `rpm() { echo "rpm $*" >&2; : >"$test_tree"; }
          kernel_devel_tree() { ls "$test_tree" 2>/dev/null; }
          kernel_devel_from_urls`,
        ],
        vars: { urls: lines.join('\n'), test_tree: at('tree') },
      });
    const wrong = await call([`${SUM} file://${at('headers-1.rpm')}`]);
    expect([wrong.rc, wrong.stderr]).toEqual([1, expect.stringContaining(`has another SHA-256 than ${SUM}: refused`)]);
    expect(wrong.stderr).not.toContain('rpm -i');
    const right = await call([`${SUM} file://${at('gone.rpm')}`, `${sum} file://${at('headers-1.rpm')}`]);
    expect([right.rc, right.stdout]).toEqual([0, `url=file://${at('headers-1.rpm')}\n`]);
    expect(right.stderr).toMatch(/rpm -i --oldpackage \S*headers-1\.rpm/);
  });
});
