/** Options of ssh, by lower-case name; the first value wins, as in ssh_config(5). Some may be given many times. */
export class SshOptions {
  readonly #values = new Map<string, string[]>();

  add(name: string, value: string): void {
    const key = name.toLowerCase();
    const list = this.#values.get(key);
    if (!list) this.#values.set(key, [value]);
    else if (REPEATABLE.has(key)) list.push(value);
  }

  get(name: string): string | undefined {
    return this.#values.get(name.toLowerCase())?.[0];
  }

  all(name: string): readonly string[] {
    return this.#values.get(name.toLowerCase()) ?? [];
  }

  names(): string[] {
    return [...this.#values.keys()];
  }
}

const REPEATABLE = new Set(['identityfile', 'certificatefile', 'sendenv', 'setenv']);

/** Flags with a value, and the option they stand for (ssh(1)). */
const WITH_OPTION: Readonly<Record<string, string>> = {
  i: 'IdentityFile',
  p: 'Port',
  l: 'User',
  J: 'ProxyJump',
  b: 'BindAddress',
  c: 'Ciphers',
  m: 'MACs',
  S: 'ControlPath',
  I: 'PKCS11Provider',
};
const OTHER_WITH_VALUE = 'BDEeLOQRWw';

export interface ParsedSshArgs {
  readonly options: SshOptions;
  /** -F: the only configuration file to read. */
  readonly configFile?: string;
  /** Flags that change nothing here, or that only the ssh program knows. */
  readonly ignored: readonly string[];
}

const takesValue = (flag: string): boolean =>
  flag === 'o' || flag === 'F' || flag in WITH_OPTION || OTHER_WITH_VALUE.includes(flag);

/** The words without -J and its value, which ssh does not take beside a ProxyCommand. */
export function withoutJump(words: readonly string[]): string[] {
  const kept: string[] = [];
  for (let i = 0; i < words.length; i++) {
    const flags = words[i].startsWith('-') ? words[i].slice(1) : '';
    const at = [...flags].findIndex(takesValue);
    const isValueNext = at >= 0 && at === flags.length - 1;
    if (flags[at] !== 'J') kept.push(...words.slice(i, isValueNext ? i + 2 : i + 1));
    else if (at > 0) kept.push(`-${flags.slice(0, at)}`);
    if (isValueNext) i++;
  }
  return kept;
}

/** Reads the words of ansible_ssh_common_args as ssh(1) would. */
export function parseSshArgs(words: readonly string[]): ParsedSshArgs {
  const options = new SshOptions();
  const ignored: string[] = [];
  let configFile: string | undefined;
  for (let i = 0; i < words.length; i++) {
    const word = words[i];
    for (let at = 1; word.startsWith('-') && at < word.length; at++) {
      const flag = word[at];
      if (!takesValue(flag)) {
        if (flag === 'C') options.add('Compression', 'yes');
        else if (flag === 'A') options.add('ForwardAgent', 'yes');
        else ignored.push(`-${flag}`);
        continue;
      }
      const value = at + 1 < word.length ? word.slice(at + 1) : (words[++i] ?? '');
      if (flag === 'o') addAssignment(options, value);
      else if (flag === 'F') configFile = value;
      else if (flag in WITH_OPTION) options.add(WITH_OPTION[flag], value);
      else ignored.push(`-${flag} ${value}`);
      break;
    }
  }
  return { options, configFile, ignored };
}

/** `Name=value`, `Name value`, `Name = "value"`. */
function addAssignment(options: SshOptions, text: string): void {
  const match = /^\s*([A-Za-z0-9]+)(?:\s*=\s*|\s+)(.*)$/s.exec(text);
  if (match) options.add(match[1], match[2].trim().replace(/^"(.*)"$/s, '$1'));
}
