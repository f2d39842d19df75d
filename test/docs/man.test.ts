import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { manPages } from '../../scripts/generate-man.mjs';
import { programPage } from '../../scripts/generate-program-man.mjs';
import { SUBCOMMANDS } from '../../src/cli/commands.ts';
import { INTRO, playbookProgram, STATUS } from '../../src/cli/main.ts';

const text = (path: string): string => readFileSync(path, 'utf8');

describe('kmod/man', () => {
  const { version } = JSON.parse(text('package.json')) as { version: string };

  it('is what kmod/docs/contract.md gives', () => {
    const pages = manPages(text('kmod/docs/contract.md'), version);
    expect([...pages.keys()]).toEqual(readdirSync('kmod/man'));
    for (const [name, page] of pages) expect(text(`kmod/man/${name}`), 'npm run generate').toBe(page);
  });

  it('shows text as it is: dots, backslashes and quotes begin no request of roff', () => {
    const page = manPages('## `toa-x`: does\n\nA `\\n` and\n.TH here\n\'br "a" b\n', '1').get('toa-x.8');
    expect(page).toContain('.PP\nA \\fB\\en\\fR and\n\\&.TH here\n\\&\'br "a" b');
  });

  it('fails on what a page cannot show', () => {
    expect(() => manPages('## `toa-x`: does\n\n1. one\n', '1')).toThrow('cannot show a list');
  });
});

describe('docs/man/toa-play.1', () => {
  it('is what the program says of itself', () => {
    const { version } = JSON.parse(text('package.json')) as { version: string };
    const status = STATUS.replace(/^Exit status: /, '');
    const page = programPage(playbookProgram(), SUBCOMMANDS, { intro: INTRO, status, version });
    expect(text('docs/man/toa-play.1'), 'npm run generate').toBe(page);
    expect(page).toContain('.TP\n\\fB\\-\\-record');
  });
});
