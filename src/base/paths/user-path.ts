/** Names in paths as Python's expandvars knows them. */
const VARIABLE = /\$(?:(\w+)|\{([^}]*)\})/g;

/**
 * A path of the controller as Ansible's unfrackpath opens it: `$NAME` and `${NAME}` become what the environment has
 * (what it has not stays), and `~` at the start the home of the user who runs us. A name that begins with a variable is
 * looked for below a folder first, so it stays relative, whatever the variable holds.
 */
export function expandUserPath(path: string, environment: Readonly<Record<string, string | undefined>>): string {
  if (!path.includes('$') && !path.startsWith('~')) return path;
  const named = path.replace(
    VARIABLE,
    (whole, plain?: string, braced?: string) => environment[plain ?? braced ?? ''] ?? whole,
  );
  if (/^[^~/]/.test(path)) return named.startsWith('/') ? `.${named}` : named;
  const home = environment['HOME'];
  return home === undefined ? named : named.replace(/^~(?=\/|$)/, () => home.replace(/\/+$/, '') || '/');
}
