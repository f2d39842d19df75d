/** Quotes one word for a POSIX shell. Everything travels inside single quotes; NUL cannot be passed and is refused. */
export function shellQuote(word: string): string {
  if (word.includes('\0')) throw new TypeError('a shell word cannot hold NUL');
  if (word !== '' && /^[A-Za-z0-9_\-./:=@%+,]+$/.test(word)) return word;
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

/** A word as Python's shlex.quote writes it, for people and for whoever compares with Ansible; `shellQuote` is for shells. */
export function pythonQuote(word: string): string {
  if (/^[\w@%+=:,./-]+$/.test(word)) return word;
  return `'${word.replaceAll("'", `'"'"'`)}'`;
}

/** What csh (`!`, newline), fish (a backslash) and POSIX shells do not all read alike between single quotes. */
const READ_DIFFERENTLY = /[\n\r!\\]/;

/**
 * A word for whatever login shell reads the command line (csh, fish, zsh, a POSIX one): a script for `sh -c`. One that
 * they would read differently travels as octal numbers on one line; it costs that `sh` a fork.
 * @param script for a POSIX shell; trailing newlines are lost
 * @throws TypeError when it holds NUL
 */
export function loginShellQuote(script: string): string {
  if (!READ_DIFFERENTLY.test(script) && !script.includes("'")) return shellQuote(script);
  if (script.includes('\0')) throw new TypeError('a shell word cannot hold NUL');
  let octal = '';
  for (const byte of Buffer.from(script, 'utf8')) {
    const character = String.fromCharCode(byte);
    octal += /[A-Za-z0-9 _\-./:=@,;]/.test(character) ? character : `\\0${byte.toString(8).padStart(3, '0')}`;
  }
  return `'eval "$(printf %b "${octal}")"'`;
}
