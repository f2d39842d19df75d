import { describe, expect, it } from 'vitest';
import { ToaError } from '../../src/base/errors.ts';
import { buildCatalog } from '../../src/cli/catalog.ts';
import { isAnsibleArgument, isAnsibleLookup, isAnsibleModule } from '../../src/cli/names/ansible-names.ts';
import { Missing } from '../../src/cli/names/missing.ts';
import { mistakesOf, playbookLoader } from '../../src/play/playbook/index.ts';
import { world } from '../play/playbook/world.ts';

const SITE = `- hosts: a
  tasks:
    - seport: ports=80 proto=tcp
    - community.general.seport some words
    - action: docker_login
    - git: {repo: a, dest: b, separate_git_dir: c}
    - debug: {msg: a}
      with_dig: [a]
`;

/** Loads a playbook with the verbs as they are, noting what is missing unless `isDoctor`. */
function load(site: string, isDoctor = false): { actions: string[]; codes: string[]; warnings: string[] } {
  const warnings: string[] = [];
  const missing = new Missing((message) => warnings.push(message));
  const { context } = world({ '/p/site.yml': site }, { verbs: buildCatalog() });
  const noting = isDoctor ? context : { ...context, missing: missing.note };
  try {
    const [play] = playbookLoader.loadPlaybook('/p/site.yml', noting);
    missing.tell();
    return { actions: play.tasks.map((task) => ('action' in task ? task.action : '')), codes: [], warnings };
  } catch (error) {
    return { actions: [], codes: mistakesOf(error as ToaError).map(({ code }) => code), warnings };
  }
}

describe('what Ansible has and we have not', () => {
  it('is loaded, and warned of once with its count', () => {
    const { actions, warnings } = load(SITE.replace('seport some words', 'seport: some words'));
    expect(actions).toEqual(['seport', 'community.general.seport', 'docker_login', 'git', 'debug']);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain('what 5 tasks use');
    expect(warnings[0]).toContain('the argument separate_git_dir of git: /p/site.yml:6:31');
    expect(warnings[0]).toContain('with_dig: /p/site.yml:8:7');
  });

  it('is a mistake for doctor', () => {
    const { codes } = load(SITE.replace('seport some words', 'seport: some words'), true);
    expect(codes).toEqual(['E_PLAY_VERB', 'E_PLAY_VERB', 'E_PLAY_VERB', 'E_PLAY_ARGUMENT', 'E_PLAY_KEYWORD']);
  });

  it('does not hide what nobody has', () => {
    const site = `- hosts: a
  tasks:
    - seporrt: {ports: 80}
    - copy: {contnt: a, dest: b}
    - debug: {msg: a}
      with_dgi: [a]
`;
    expect(load(site).codes).toEqual(['E_PLAY_VERB', 'E_PLAY_ARGUMENT', 'E_PLAY_KEYWORD']);
  });

  it('is warned of by itself when a file read later has it', () => {
    const warnings: string[] = [];
    const missing = new Missing((message) => warnings.push(message));
    missing.tell();
    const use = (line: number): ToaError =>
      new ToaError('E_PLAY_VERB', 'x', { span: { file: '/p/later.yml', line, column: 3 } });
    missing.note('ufw', use(1));
    missing.note('ufw', use(2));
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatch(/this task uses.*\n {2}ufw: \/p\/later\.yml:1:3$/);
  });
});

describe('the names of Ansible', () => {
  it('are known in full, and short where Ansible knows them so', () => {
    const known = [
      'ansible.builtin.copy',
      'ansible.legacy.copy',
      'copy',
      'community.general.ufw',
      'ufw',
      'docker_login',
    ];
    expect(known.filter((name) => !isAnsibleModule(name))).toEqual([]);
    expect(['kopy', 'community.general.kopy', 'terraform_state'].filter(isAnsibleModule)).toEqual([]);
    expect(['dig', 'community.general.dig', 'file', 'nowhere'].map(isAnsibleLookup)).toEqual([true, true, true, false]);
  });

  it('have the arguments of modules, with their other names', () => {
    const tried = ['unsafe_writes', 'attr', 'contnt'].map((name) => isAnsibleArgument('copy', name));
    expect(tried).toEqual([true, true, false]);
  });

  it('hold every name of a collection that a verb of ours has', () => {
    const aliases = [...buildCatalog().verbs.values()].flatMap(({ aliases: names }) => names ?? []);
    const ofCollections = aliases.filter((name) => /^(community|ansible\.posix)\./.test(name));
    expect(ofCollections.length).toBeGreaterThan(10);
    expect(ofCollections.filter((name) => !isAnsibleModule(name))).toEqual([]);
  });
});
