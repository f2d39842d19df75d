import { z } from 'zod';
import { failure } from '../../src/base/result.ts';
import * as args from '../shared/args.ts';
import { remote } from '../shared/remote.ts';
import { defineVerb } from '../../src/verb/verb.ts';

export const verb = defineVerb({
  name: 'pip',
  summary: 'Installs, upgrades or removes Python packages with pip',
  args: () =>
    z.strictObject({
      name: args.list(args.str()).default([]),
      version: args.str().optional(),
      requirements: args.str().optional(),
      virtualenv: args.path().optional(),
      virtualenv_command: args.path().optional(),
      virtualenv_python: args.str().optional(),
      virtualenv_site_packages: args.bool().default(false),
      state: args.choice(['absent', 'forcereinstall', 'latest', 'present']).default('present'),
      extra_args: args.str().optional(),
      editable: args.bool().default(false),
      chdir: args.path().optional(),
      executable: args.path().optional(),
      umask: args.str().optional(),
    }),
  beyond: [],
  check: 'full',
  diff: false,
  detachable: true,
  async run({ name, version, ...given }, context) {
    if (name.length === 0 && given.requirements === undefined) {
      return failure('one of the following is required: name, requirements');
    }
    if (given.executable !== undefined && given.virtualenv !== undefined) {
      return failure('parameters are mutually exclusive: executable|virtualenv');
    }
    if (version !== undefined && name.length !== 1)
      return failure(
        "'version' argument is ambiguous when installing multiple package distributions. Please specify version restrictions next to each package in 'name' argument.",
      );
    const names = version === undefined ? name : [`${name[0]}==${version}`];
    const bad = names.find((one) => one.startsWith('-') || one.includes('\n'));
    if (bad !== undefined) return failure(`'${bad}' is not a package name`);
    const vars = { ...given, names, site_packages: given.virtualenv_site_packages };
    const reply = await remote(context, { verb: 'pip', vars, timeoutMs: 3_600_000 });
    if (!reply.ok) return { ...reply.failed, name };
    const asked = { name, version: version ?? null, state: given.state, virtualenv: given.virtualenv ?? null };
    return {
      changed: reply.said.is('changed'),
      ...asked,
      requirements: given.requirements ?? null,
      stdout: reply.text,
    };
  },
});
