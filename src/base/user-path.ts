/** Names in paths as Python's expandvars knows them. */
const VARIABLE = /\$(?:(\w+)|\{([^}]*)\})/g;

/**
 * A path of the controller as Ansible's unfrackpath opens it: `$NAME` and `${NAME}` become what the environment has
 * (what it has not stays), then `~` the home of the user who runs us.
 */
export function expandUserPath(path: string, environment: Readonly<Record<string, string | undefined>>): string {
  if (!path.includes('$') && !path.startsWith('~')) return path;
  const named = path.replace(
    VARIABLE,
    (whole, plain?: string, braced?: string) => environment[plain ?? braced ?? ''] ?? whole,
  );
  const home = environment['HOME'];
  return home === undefined ? named : named.replace(/^~(?=\/|$)/, () => home.replace(/\/+$/, '') || '/');
}
