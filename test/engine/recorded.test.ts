import { cpSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { RemoteSessions } from './remote-session.ts';
import { play, Project } from './support.ts';

/** What ansible-playbook (ansible-core 2.14) did with each playbook in cases/, run with `-i <hosts> -c local`. */
interface Expected {
  readonly hosts: string;
  readonly rc: number;
  /** ok changed unreachable failed skipped rescued ignored */
  readonly recap: Readonly<Record<string, string>>;
  readonly files: Readonly<Record<string, string>>;
  /** Names of the tasks as they were begun. */
  readonly tasks: readonly string[];
}

const cases = join(import.meta.dirname, 'cases');
const expected = JSON.parse(readFileSync(join(cases, 'expect.json'), 'utf8')) as Record<string, Expected>;

/** Hosts write in any order within a task; compared is what each wrote, and the number of lines. */
const sorted = (text: string): string[] => text.split('\n').sort();

let project: Project | undefined;
afterEach(() => project?.remove());

/** Hosts that are other machines may run ahead of one another; nobody may see it. */
const connections = { 'local hosts': {}, 'remote hosts': { override: { openSession: new RemoteSessions().open } } };
const settings = { target: { connection: 'ssh', timeoutSeconds: 3 } };

describe.each(Object.entries(connections))('as ansible-playbook, %s', (_, options) => {
  for (const [name, want] of Object.entries(expected)) {
    it(name, async () => {
      project = new Project({ 'site.yml': readFileSync(join(cases, `${name}.yml`), 'utf8') });
      cpSync(join(cases, 'inc'), join(project.folder, 'inc'), { recursive: true });
      const ran = await play(project, {
        hosts: want.hosts,
        ...options,
        ...('override' in options ? { settings } : {}),
      });
      const recap = Object.fromEntries([...ran.outcome.counters.keys()].map((host) => [host, ran.recap(host)]));
      const files = readdirSync(project.folder).filter((file) => file !== 'site.yml' && file !== 'inc');
      expect({
        recap,
        rc: ran.outcome.exitCode,
        files: Object.fromEntries(files.map((file) => [file, sorted(project?.read(file) ?? '')])),
      }).toEqual({
        recap: want.recap,
        rc: want.rc,
        files: Object.fromEntries(Object.entries(want.files).map(([file, text]) => [file, sorted(text)])),
      });
    });
  }
});
