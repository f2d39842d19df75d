import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { runFileVerbs } from '../../test/support/file-verbs.ts';
import { tree, useScratch } from '../../test/support/scratch.ts';
import { forEachShell } from '../../test/support/shells.ts';
import { runVerb } from '../../test/support/verb-context.ts';
import { verb as copy } from '../copy/task.ts';
import { FILE_SCRIPTS } from './files/files.ts';
import { PLACE_SCRIPTS } from './files/place.ts';
import { runProgram } from '../../scripts/lib/programs.mjs';

forEachShell('where nobody reads results', (getShell) => {
  const at = useScratch();

  it('file verbs do and say of change and failure what they do else', async () => {
    const shell = await getShell();
    const run = async (isRead: boolean, folder: string): Promise<[unknown[], Record<string, string>]> => {
      mkdirSync(at(folder));
      const said = await runFileVerbs(shell, (name) => at(folder, name), { isRead: () => isRead });
      const left = Object.entries(tree(at(folder))).map(([name, text]) => [name, text.replace(at(folder), '')]);
      return [said, Object.fromEntries(left)];
    };
    const [said, left] = await run(true, 'read');
    expect(said.length).toBeGreaterThan(25);
    const unread = await run(false, 'unread');
    expect(unread[0]).toEqual(said);
    expect(withoutStamps(unread[1])).toEqual(withoutStamps(left));
  });

  it.each(['a\tb\n', '\tlead\n\\n $HOME `x` %s\n', 'no end', '', '\n\n', 'ä'.repeat(3000) + '\n', '\0\n', 'END\n'])(
    'content is compared exactly: %j',
    async (content) => {
      const shell = await getShell();
      const put = async (text: string): Promise<boolean> => {
        const { changed } = await runVerb(copy, { dest: at('f'), content: text }, shell, { isRead: () => false });
        return changed === true;
      };
      expect(await put(content)).toBe(true);
      expect(await put(content)).toBe(false);
      expect(await put(`${content}\n`)).toBe(true);
      expect(await put(content)).toBe(true);
      expect(await put(`x${content}`)).toBe(true);
    },
  );
});

it('a here-document that bash cannot write is no difference', () => {
  // as bash before 5.1, which keeps it in a file, for which there is no room
  const script = `
    dest=$1 content=$2 inline=1 length=\${#2}; shift 2; for half; do . "$half"; done
    place_compare; echo $?
    trap '' XFSZ; ulimit -f 0; BASH_COMPAT=50; place_compare; echo $?`;
  const folder = mkdtempSync(join(tmpdir(), 'toa-compare-'));
  writeFileSync(join(folder, 'f'), 'text\n');
  try {
    const args = [join(folder, 'f'), 'text\n', ...FILE_SCRIPTS, PLACE_SCRIPTS[1]];
    const said = runProgram('bash', ['-c', script, 'bash', ...args]);
    expect(said).toBe('0\n2\n');
  } finally {
    rmSync(folder, { recursive: true });
  }
});

/** Names of backups hold a process id and the time. */
function withoutStamps(files: Record<string, string>): Record<string, string> {
  const texts = Object.entries(files).map(([name, text]) => [name.replace(/\.\d+\.[\d@:-]+~$/, '~'), text]);
  return Object.fromEntries(texts) as Record<string, string>;
}
