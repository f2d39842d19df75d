import { readFileSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';
import { ToaError } from '../base/errors.ts';
import type { SshOptions } from './ssh-args.ts';

type Section = { compute(query: { Host: string; User?: string }): Record<string, string | string[]> };

interface Parsed {
  readonly config: Section;
  readonly conditional: boolean;
}

const parsed = new Map<string, Promise<Parsed>>();
const MAX_DEPTH = 16;

/**
 * Adds what ssh_config files say about `host`: ~/.ssh/config, then /etc/ssh/ssh_config; or only `only` (-F).
 * @returns what only the ssh program can decide: a Match block (its `exec` runs the user's programs)
 */
export async function addConfigFiles(
  options: SshOptions,
  host: string,
  only: string | undefined,
): Promise<string | undefined> {
  if (only === 'none' || only === '/dev/null') return undefined;
  const { config, conditional } = await load(only);
  if (conditional) return 'a Match block of ssh_config';
  const found = config.compute({ Host: host, User: options.get('User') });
  for (const [name, value] of Object.entries(found)) {
    for (const one of Array.isArray(value) && /file$/i.test(name) ? value : [value]) {
      options.add(name, Array.isArray(one) ? one.join(' ') : one);
    }
  }
  return undefined;
}

function load(only: string | undefined): Promise<Parsed> {
  const key = only ?? '';
  let config = parsed.get(key);
  if (!config) {
    config = parse(only);
    parsed.set(key, config);
    config.catch(() => parsed.delete(key));
  }
  return config;
}

async function parse(only: string | undefined): Promise<Parsed> {
  const { default: SSHConfig } = await import('ssh-config');
  const folder = join(homedir(), '.ssh');
  const text =
    only === undefined
      ? // "Host *" closes the last section of the first file.
        `${readConfig(join(folder, 'config'), folder, 0)}\nHost *\n${readConfig('/etc/ssh/ssh_config', '/etc/ssh', 0)}\n`
      : readConfig(only, folder, 0, true);
  try {
    const conditional = /^[ \t]*"?Match"?[ \t=]+(?!"?all"?[ \t]*$)/im.test(text);
    return { config: SSHConfig.parse(text) as unknown as Section, conditional };
  } catch (cause) {
    throw new ToaError('E_SSH_CONFIG', `cannot read ${only ?? '~/.ssh/config'}: ${(cause as Error).message}`, {
      cause,
      remedy: 'correct the file (`ssh -G host` checks it), or give another with -F in ansible_ssh_common_args',
    });
  }
}

/** The text of a file with its Include lines replaced by what they name. */
function readConfig(path: string, base: string, depth: number, mustExist = false): string {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    if (!mustExist) return '';
    throw new ToaError('E_SSH_CONFIG', `cannot read the ssh configuration ${path}: ${(cause as Error).message}`, {
      remedy: 'check -F in ansible_ssh_common_args',
    });
  }
  if (depth >= MAX_DEPTH) return '';
  return text.replace(/^[ \t]*Include[ \t=]+(.+)$/gim, (_line, patterns: string) =>
    patterns
      .trim()
      .split(/\s+/)
      .flatMap((pattern) => expand(pattern.replaceAll('"', ''), base))
      .map((file) => readConfig(file, base, depth + 1))
      .join('\n'),
  );
}

/** Files that an Include pattern names; wildcards only in the last part, as they are used in practice. */
function expand(pattern: string, base: string): string[] {
  const home = pattern.replace(/^~(?=\/)/, homedir());
  const path = isAbsolute(home) ? home : join(base, home);
  if (!/[*?]/.test(path)) return [path];
  const folder = dirname(path);
  const source = path
    .slice(folder.length + 1)
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  try {
    return readdirSync(folder)
      .filter((name) => new RegExp(`^${source}$`).test(name) && !name.startsWith('.'))
      .sort()
      .map((name) => join(folder, name));
  } catch {
    return [];
  }
}
