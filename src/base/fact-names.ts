const PREFIX = 'ansible_';

/** The name of a fact in `ansible_facts`: without the prefix that it has beside other variables. `ansible_local` keeps it. */
export function shortFactName(name: string): string {
  return name.startsWith(PREFIX) && name !== 'ansible_local' ? name.slice(PREFIX.length) : name;
}
