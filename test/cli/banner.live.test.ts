import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { tryProgram } from '../../scripts/lib/programs.mjs';

let folder: string;
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'toa-play-banner-'))));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const NAMES = ['plain', '部署网关', '配置 nginx 服务器', 'ﾃｽﾄ', 'cafe\u0301 olé', '한국어', '🚀 go', '中'.repeat(50)];
const tasks = NAMES.map((name) => ({ name, debug: { msg: 'x' } }));
const env = { ...process.env, LC_ALL: 'C.UTF-8', ANSIBLE_NOCOLOR: '1', ANSIBLE_LOCALHOST_WARNING: 'False' };

function banners(command: string, ...args: string[]): string[] {
  const words = [...args, 'site.yml', '-i', 'localhost,', '-c', 'local'];
  const { status, stdout, stderr } = tryProgram(command, words, { cwd: folder, env });
  expect(status, stderr).toBe(0);
  return stdout.split('\n').filter((line) => line.endsWith('*'));
}

it('banners are as wide as those of ansible-playbook, whatever the language', () => {
  writeFileSync(
    join(folder, 'site.yml'),
    JSON.stringify([{ hosts: 'localhost', gather_facts: false, name: '反向代理', tasks }]),
  );
  const theirs = banners('ansible-playbook');
  expect(theirs).toHaveLength(NAMES.length + 2);
  expect(banners(process.execPath, resolve('bin/toa-play.js'))).toEqual(theirs);
});
