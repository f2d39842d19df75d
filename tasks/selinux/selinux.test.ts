import { readFileSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { verbScript } from '../shared/answer.ts';
import { FILE_SCRIPTS } from '../shared/files/files.ts';
import { useScratch } from '../../test/support/scratch.ts';
import { forEachShell } from '../../test/support/shells.ts';

forEachShell('selinux.sh', (getShell) => {
  const at = useScratch();
  it('writes mode and policy once; a host without SELinux needs a boot for it', async () => {
    const configfile = at('config');
    writeFileSync(configfile, '# mode\nSELINUX=disabled\nSELINUXTYPE=targeted\n');
    const vars = { state: 'permissive', policy: 'targeted', configfile, check: '' };
    const call = { scripts: [...FILE_SCRIPTS, verbScript('selinux')], fn: 'selinux_main', vars };
    const shell = await getShell();
    const first = await shell.call(call);
    expect(first.stdout).toContain('changed=1');
    expect(first.stdout).toContain('policy=targeted');
    expect(readFileSync(configfile, 'utf8')).toBe('# mode\nSELINUX=permissive\nSELINUXTYPE=targeted\n');
    expect((await shell.call(call)).stdout).not.toContain('changed=1');
  });

  it('wants a policy', async () => {
    const configfile = at('config');
    writeFileSync(configfile, 'SELINUX=disabled\n');
    const vars = { state: 'enforcing', policy: '', configfile, check: '' };
    const answer = await (
      await getShell()
    ).call({ scripts: [...FILE_SCRIPTS, verbScript('selinux')], fn: 'selinux_main', vars });
    expect(answer.rc).not.toBe(0);
    expect(answer.stderr).toContain('Policy is required');
  });
});
