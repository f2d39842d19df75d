/** One line of authorized_keys: options, type, key, comment; other lines (comments, blank) have only their text. */
export interface KeyLine {
  readonly options: readonly string[];
  readonly type: string;
  readonly key: string;
  readonly comment: string;
}

const TYPE =
  /^(?:ssh-(?:dss|rsa|ed25519|ed448)|ecdsa-sha2-nistp(?:256|384|521)|sk-[\w@.-]+|ssh-[\w@.-]+-cert-v\d+@openssh\.com)$/;

/** Words of a line; quotes (with \" inside) keep blanks and commas together. */
function words(line: string): string[] {
  return line.match(/(?:"(?:\\.|[^"\\])*"|[^\s"])+/g) ?? [];
}

/** Options such as `from="a,b",no-pty`, in their order; of two of one name (but environment) the last counts. */
export function splitOptions(text: string): string[] {
  return (
    text
      .match(/(?:"(?:\\.|[^"\\])*"|[^,"])+/g)
      ?.map((option) => option.trim())
      .filter(Boolean) ?? []
  );
}

/** Reads one line, or undefined when it is no key. AUTHORIZED_KEYS FILE FORMAT in sshd(8). */
export function parseKey(line: string): KeyLine | undefined {
  const text = line.trim();
  if (text === '' || text.startsWith('#')) return undefined;
  const parts = words(text);
  const at = parts.findIndex((part) => TYPE.test(part));
  if (at < 0 || parts[at + 1] === undefined) return undefined;
  return {
    options: splitOptions(parts.slice(0, at).join(' ')),
    type: parts[at],
    key: parts[at + 1],
    comment: parts.slice(at + 2).join(' '),
  };
}

function formatKey({ options, type, key, comment }: KeyLine): string {
  return [options.join(','), type, key, comment].filter((part) => part !== '').join(' ');
}

export interface KeyChange {
  readonly keys: readonly KeyLine[];
  readonly state: 'present' | 'absent';
  readonly exclusive: boolean;
}

/** The text of authorized_keys with the keys added, replaced or removed; other lines stay. */
export function editKeys(text: string, change: KeyChange): string {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  const parsed = lines.map((line) => ({ line, key: parseKey(line) }));
  const isNamed = (key: KeyLine | undefined): boolean =>
    key !== undefined && change.keys.some((k) => k.key === key.key);
  if (change.state === 'absent') {
    const left = parsed.filter(({ key }) => !isNamed(key));
    return left.map(({ line }) => `${line}\n`).join('');
  }
  const kept = change.exclusive ? parsed.filter(({ key }) => isNamed(key)) : parsed;
  const missing = [...change.keys];
  const out = kept.map(({ line, key }) => {
    const at = key === undefined ? -1 : missing.findIndex((wanted) => wanted.key === key.key);
    if (at < 0 || key === undefined) return line;
    const [wanted] = missing.splice(at, 1);
    // the order of options is no difference
    const isSame =
      formatKey({ ...key, options: [...key.options].sort() }) ===
      formatKey({ ...wanted, options: [...wanted.options].sort() });
    return isSame ? line : formatKey(wanted);
  });
  return [...out, ...missing.map(formatKey)].map((line) => `${line}\n`).join('');
}
