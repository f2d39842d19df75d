import { z } from 'zod';
import * as args from '../shared/args.ts';
import { Answer, failedCall, verbScript } from '../shared/answer.ts';
import { FILE_SCRIPTS } from '../shared/files/files.ts';
import { defineVerb } from '../../src/verb/verb.ts';

export const verb = defineVerb({
  name: 'selinux',
  aliases: ['ansible.posix.selinux'],
  summary: 'Sets mode and policy of SELinux, now and at boot',
  args: () =>
    z.strictObject({
      state: args.choice(['enforcing', 'permissive', 'disabled']),
      policy: args.str().optional(),
      configfile: args.path().default('/etc/selinux/config'),
    }),
  argAliases: { conf: 'configfile', file: 'configfile' },
  beyond: [],
  check: 'full',
  diff: false,
  async run({ state, policy, configfile }, context) {
    const vars = { state, policy: policy ?? '', configfile, check: context.check ? '1' : '' };
    const answer = await context.call({ scripts: [...FILE_SCRIPTS, verbScript('selinux')], fn: 'selinux_main', vars });
    if (answer.rc !== 0) return failedCall(answer);
    const said = new Answer(answer.stdout);
    const reboot_required = said.is('reboot');
    return {
      changed: said.is('changed'),
      state,
      policy: said.get('policy') ?? '',
      configfile,
      reboot_required,
      msg: reboot_required ? 'Running SELinux state will change at the next boot' : '',
    };
  },
});
