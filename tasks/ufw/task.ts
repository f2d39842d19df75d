import { failure } from '../../src/base/result.ts';
import { PROGRAM_SH } from '../shared/program.ts';
import { remote } from '../shared/remote.ts';
import { defineVerb } from '../../src/verb/verb.ts';
import { objection, ruleWords, schema } from './rule.ts';

export const verb = defineVerb({
  name: 'ufw',
  aliases: ['community.general.ufw'],
  summary: 'Rules, policies and state of the firewall ufw',
  args: schema,
  argAliases: {
    policy: 'default',
    if: 'interface',
    if_in: 'interface_in',
    if_out: 'interface_out',
    from: 'from_ip',
    src: 'from_ip',
    to: 'to_ip',
    dest: 'to_ip',
    port: 'to_port',
    protocol: 'proto',
    app: 'name',
  },
  beyond: [],
  check: 'full',
  diff: false,
  async run(given, context) {
    const wrong = objection(given);
    if (wrong !== undefined) return failure(wrong);
    const { state, default: policy, direction, logging, comment } = given;
    const reply = await remote(context, {
      verb: 'ufw',
      vars: { state, policy, direction, logging, comment },
      args: ruleWords(given),
      scripts: [PROGRAM_SH],
    });
    const commands = reply.said.all('run').map((line) => line.trimEnd());
    if (!reply.ok) return { ...reply.failed, commands };
    const changed = reply.said.is('changed');
    return { changed, commands, ...(context.check ? {} : { msg: reply.text.trimEnd() }) };
  },
});
