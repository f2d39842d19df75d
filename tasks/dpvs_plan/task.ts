import { z } from 'zod';
import { failure, type ModuleResult } from '../../src/base/result.ts';
import * as args from '../shared/args.ts';
import { remote } from '../shared/remote.ts';
import { defineVerb, type TaskContext } from '../../src/verb/verb.ts';
import { factsOf } from './facts.ts';
import { makePlan, type Planned } from './plan.ts';
import { type Release, releaseOf } from './releases.ts';

const PAGE_KIB = { '2M': 2048, '1G': 1_048_576 } as const;

const schema = () =>
  z.strictObject({
    /** DPVS's own: 1.8-10, 1.9.4, 1.10.2. */
    version: args.str(),
    /** pci: DPDK takes the NICs. vdev: the kernel keeps them, DPVS is on them by af_packet; no huge pages, one worker. */
    layout: args.choice(['pci', 'vdev']).default('pci'),
    /** Those that DPVS gets: names, MAC or PCI addresses. */
    interfaces: args.list(args.str()),
    workers: args
      .int()
      .refine((value) => value > 0 && value < 64, 'a number from 1 to 63')
      .optional(),
    /** Packets that are not DPVS's reach the host's kernel; without it only where the layout is pci. */
    kni: args.bool().optional(),
    /** dpvs.conf as data, by roots; goes before what is planned. */
    conf: z.record(z.string(), z.unknown()).default({}),
    hugepages: args.choice(['2M', '1G']).default('2M'),
    huge_dir: args
      .path()
      .refine((path) => /^\/[\w./-]{1,100}$/.test(path), 'an absolute path of letters, digits and . / - _')
      .default('/mnt/huge'),
    /** Which takes the NICs; without it igb_uio for 1.8, vfio-pci where there is an IOMMU, else uio_pci_generic. */
    driver: args.choice(['igb_uio', 'vfio-pci', 'uio_pci_generic']).optional(),
  });
type Given = z.output<ReturnType<typeof schema>>;

function refusal({ about, problems }: Extract<Planned, { ok: false }>): ModuleResult {
  const [first, ...more] = problems;
  const rest = more.length > 0 ? ` (and ${more.length} more: ${more.join('; ')})` : '';
  return failure(`${first}${rest}`, {
    code: about === 'host' ? 'E_DPVS_HOST' : 'E_DPVS_CONF',
    remedy: 'nothing was changed; correct what is named, in `problems` all of it',
    problems,
  });
}

async function run(given: Given, context: TaskContext): Promise<ModuleResult> {
  const release: Release | undefined = releaseOf(given.version);
  if (!release) {
    return failure(`${JSON.stringify(given.version)} is no version of DPVS that is known`, {
      code: 'E_DPVS_HOST',
      remedy: 'version: 1.8-10, 1.9.4, 1.10.2 or another of these lines',
    });
  }
  const pageSize = PAGE_KIB[given.hugepages];
  const reply = await remote(context, { verb: 'dpvs_plan', vars: { page_kb: pageSize } });
  if (!reply.ok) return reply.failed;
  const wish = {
    release,
    layout: given.layout,
    interfaces: given.interfaces,
    workers: given.workers,
    kni: given.kni ?? given.layout === 'pci',
    conf: given.conf,
    pageSize,
    hugeDir: given.huge_dir,
    driver: given.driver,
  };
  const facts = factsOf(reply.said);
  const planned = makePlan(wish, facts);
  if (!planned.ok) return { ...refusal(planned), nics: facts.nics };
  const { plan, warnings } = planned;
  return {
    changed: false,
    plan,
    ansible_facts: { dpvs: plan },
    ...(warnings.length > 0 ? { warnings: [...warnings] } : {}),
  };
}

export const verb = defineVerb({
  name: 'dpvs_plan',
  summary:
    'Plans DPVS for a host: ports, workers, huge pages, EAL arguments, a dpvs.conf without what DPVS would pass over; or says why not',
  args: schema,
  beyond: [],
  check: 'full',
  diff: false,
  hostLocal: true,
  run,
});
