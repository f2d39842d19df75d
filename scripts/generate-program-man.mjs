#!/usr/bin/env node
// Writes docs/man/toa-play.1 from the program's own help. Needs a build; a test compares.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { pageHead, plain } from './generate-man.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

const entry = (term, text) => `.TP\n\\fB${plain(term)}\\fR\n${plain(text)}\n`;

/**
 * @param {import('commander').Command} program `toa-play` itself
 * @param {Record<string, {usage: string, summary: string}>} commands what may stand first instead of a playbook
 * @param {{intro: string, status: string, version: string}} texts
 * @returns {string} the page
 */
export function programPage(program, commands, { intro, status, version }) {
  const options = program.options.filter(({ hidden }) => !hidden);
  return [
    pageHead('TOA\\-PLAY', 1, version),
    '.SH NAME\ntoa\\-play \\- runs Ansible playbooks over SSH; hosts need only /bin/sh\n',
    '.SH SYNOPSIS\n\\fBtoa\\-play\\fR [options] PLAYBOOK...\n.br\n\\fBtoa\\-play\\fR COMMAND [arguments]\n',
    `.SH DESCRIPTION\n.PP\n${plain(intro)}\n`,
    `.SH OPTIONS\n${options.map(({ flags, description }) => entry(flags, description)).join('')}`,
    entry('-h, --help', 'this page, shorter'),
    `.SH COMMANDS\n${Object.values(commands)
      .map(({ usage, summary }) => entry(usage, summary))
      .join('')}`,
    `.SH EXIT STATUS\n.PP\n${plain(status)}\n`,
    '.SH SEE ALSO\n.PP\ntoa\\-bpf(8), toa\\-probe(8), ansible\\-playbook(1)\n',
  ].join('');
}

/** The page of the program that is built. */
export async function builtPage() {
  const load = (path) => import(pathToFileURL(join(root, 'dist/src/cli', path)).href);
  const [{ playbookProgram, INTRO, STATUS }, { SUBCOMMANDS }] = [await load('main.js'), await load('commands.js')];
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const status = STATUS.replace(/^Exit status: /, '');
  return programPage(playbookProgram(), SUBCOMMANDS, { intro: INTRO, status, version });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  mkdirSync(join(root, 'docs/man'), { recursive: true });
  writeFileSync(join(root, 'docs/man/toa-play.1'), await builtPage());
}
