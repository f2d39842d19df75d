import { describe, expect, it } from 'vitest';
import { formatSpan } from '../../src/base/span.ts';
import { survey } from '../../src/cli/doctor/survey.ts';
import { world } from '../play/playbook/world.ts';

const SITE = `- hosts: web
  roles: [r]
  tasks:
    - docker_thing: {a: 1}
    - copy: {src: a, dst: b}
    - debug:
        msg: |
          line
          {{ a | nofilter }} {{ lookup('nolookup', 1) }} {{ a | map('nomap') | list }}
      when: a is notest
    - include_tasks: "{{ y }}.yml"
`;

const FILES = {
  '/p/site.yml': SITE,
  '/p/roles/r/tasks/main.yml': '- debug: {msg: 1}\n',
  '/p/roles/r/tasks/later.yml': '- k8s: {name: x}\n',
  '/p/roles/r/templates/x.conf': 'ok\nx {{ a | b64 }}\n',
  '/p/library/own.py': '',
};

const places = (files: Record<string, string>): string[] =>
  survey(['/p/site.yml'], world(files).context).problems.map(
    ({ code, details }) => `${code} ${details.span ? formatSpan(details.span) : ''}`,
  );

describe('doctor', () => {
  it('lists all that is not supported, dynamic includes and templates too', () => {
    expect(places(FILES)).toEqual([
      'E_PLUGIN_PYTHON /p/library:1:1',
      'E_PLAY_VERB /p/roles/r/tasks/later.yml:1:3',
      'E_TEMPLATE_FILTER /p/roles/r/templates/x.conf:2:10',
      'E_PLAY_VERB /p/site.yml:4:7',
      'E_PLAY_ARGUMENT /p/site.yml:5:22',
      'E_TEMPLATE_FILTER /p/site.yml:9:18',
      'E_TEMPLATE_LOOKUP /p/site.yml:9:33',
      'E_TEMPLATE_FILTER /p/site.yml:9:65',
      'E_TEMPLATE_FILTER /p/site.yml:10:18',
    ]);
  });

  it('goes on after a broken file', () => {
    const broken = { ...FILES, '/p/roles/r/tasks/main.yml': '- debug: {\n' };
    expect(places(broken)).toContain('E_PLAY_VERB /p/roles/r/tasks/later.yml:1:3');
    expect(places(broken).some((place) => place.startsWith('E_YAML_SYNTAX /p/roles/r/tasks/main.yml'))).toBe(true);
  });

  it('leaves alone what a role hands on, and what is no template of Jinja2', () => {
    const handed = {
      ...FILES,
      '/p/roles/r/files/x.yml.j2': '{{ a | nofilter }}',
      '/p/roles/r/files/tasks/x.yml': '- nothing: {a: 1}\n',
      '/p/roles/r/templates/own.yml': 'a: {% raw\n',
      '/p/roles/r/templates/other.j2':
        "#jinja2: variable_start_string: '[[', variable_end_string: ']]'\n{{ a b c }} [[ a ]]\n",
    };
    expect(places(handed)).toEqual(places(FILES));
  });

  it('finds nothing in a good playbook', () => {
    expect(places({ '/p/site.yml': '- hosts: a\n  tasks:\n    - debug: {msg: "{{ a | default(1) }}"}\n' })).toEqual([]);
  });
});
