import { execFile } from 'node:child_process';

/** As the ssh2 transport: a dead host is noticed after a minute. */
const ALIVE_SECONDS = 15;
const ALIVE_COUNT = 3;
/** Costs client and server a tenth of what the post-quantum exchange does that newer clients put first. */
const FAST = /^curve25519-sha256(?:@libssh\.org)?$/;

/** What ssh would do (`ssh -G`); empty when it does not say. What is wrong with the arguments the connection itself tells. */
function settingsOf(args: readonly string[]): Promise<string> {
  return new Promise((resolve) => {
    execFile('ssh', ['-G', ...args], { timeout: 10_000 }, (error, stdout) => resolve(error ? '' : stdout));
  });
}

/** What this machine's ssh does where no configuration says anything: the same for all hosts. */
let plain: Promise<string> | undefined;

/**
 * Options that are added to those of the user where neither his arguments nor ssh_config say otherwise: a dead host is
 * noticed, and curve25519 comes first among the key exchanges; the others, post-quantum ones too, stay on offer
 * (docs/adr/0014-curve25519-first-with-openssh.md).
 * @param args the arguments of ssh, with the host
 */
export async function addedOptions(args: readonly string[]): Promise<string[]> {
  plain ??= settingsOf(['-F', 'none', '--', 'host']);
  const [said, unconfigured] = await Promise.all([settingsOf(args), plain]);
  return [...aliveOptions(said), ...keyExchange(said, unconfigured)];
}

/** What is added so that a dead host is noticed; nothing where the user says how often. */
export function aliveOptions(said: string): string[] {
  if (/^serveraliveinterval [1-9]/m.test(said)) return [];
  const count = /^serveralivecountmax (?!3$)/m.test(said) ? [] : ['-o', `ServerAliveCountMax=${ALIVE_COUNT}`];
  return ['-o', `ServerAliveInterval=${ALIVE_SECONDS}`, ...count];
}

/** The key exchanges that ssh offers by itself, the fast ones first; nothing where the user chose others. */
export function keyExchange(said: string, unconfigured: string): string[] {
  const [chosen, offered] = [said, unconfigured].map((text) => /^kexalgorithms (\S+)$/m.exec(text)?.[1]);
  if (offered === undefined || chosen !== offered) return [];
  const names = offered.split(',');
  const first = names.filter((name) => FAST.test(name));
  if (first.length === 0 || names[0] === first[0]) return [];
  return ['-o', `KexAlgorithms=${[...first, ...names.filter((name) => !FAST.test(name))].join(',')}`];
}
