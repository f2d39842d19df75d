import { z } from 'zod';
import { remote } from '../shared/remote.ts';
import { defineVerb } from '../../src/verb/verb.ts';

type Service = { name: string; state: string; status?: string; source: string };

/** Services by name; what unit files say of enabling joins what runs. */
export function parseServices(text: string): Record<string, Service> {
  const out: Record<string, Service> = {};
  for (const line of text.split('\n').filter(Boolean)) {
    const [source, name, state, status] = line.split('|');
    if (source !== 'file') {
      out[name] = { name, state, status, source };
      continue;
    }
    const known = out[name];
    if (known === undefined) out[name] = { name, state: 'inactive', status, source: 'systemd' };
    else if (known.status === 'unknown') known.status = status;
  }
  return out;
}

export const verb = defineVerb({
  name: 'service_facts',
  summary: 'Gathers the services and their states into a fact',
  args: () => z.strictObject({}),
  beyond: [],
  check: 'full',
  diff: false,
  async run(_given, context) {
    const reply = await remote(context, { verb: 'service_facts' });
    if (!reply.ok) return reply.failed;
    const services = parseServices(reply.answer.stdout);
    if (Object.keys(services).length === 0) {
      return {
        skipped: true,
        changed: false,
        msg: 'Failed to find any services. This can be due to privileges or some other configuration issue.',
      };
    }
    return { changed: false, ansible_facts: { services } };
  },
});
