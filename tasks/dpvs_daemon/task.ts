import { z } from 'zod';
import { failure, type ModuleResult } from '../../src/base/result.ts';
import * as args from '../shared/args.ts';
import type { Answer } from '../shared/answer.ts';
import { TOA_SH } from '../shared/receiver/programs.ts';
import { remote } from '../shared/remote.ts';
import { defineVerb, type TaskContext } from '../../src/verb/verb.ts';
import { judgeLog, portsOf } from './log.ts';
import { logFile, nicTable, runScript, START_LOG, STARTED, startSum, unit, upScript } from './scripts.ts';

const PCI = /^[0-9a-f]{4,8}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]$/;
const matching = (pattern: RegExp, what: string) => args.str().refine((text) => pattern.test(text), what);
const path = () =>
  args.path().refine((text) => /^\/[\w./-]{1,200}$/.test(text), 'an absolute path of letters, digits and . / - _');
const count = () => args.int().refine((value) => value >= 0, 'a number from 0 on');
const wordOrNothing = () => matching(/^[\w.:@-]{0,40}$/, 'a plain word');

/** What dpvs_plan answers as `plan`; its words stand in scripts, so only plain ones. */
const plan = () =>
  z.object({
    ports: z.array(
      z.object({
        port: matching(/^dpdk\d{1,2}$/, 'dpdk0, dpdk1...'),
        pci: args.str().refine((text) => text === '' || PCI.test(text), 'a PCI address'),
        bind: args.bool(),
      }),
    ),
    nics: z
      .array(
        z.object({
          name: wordOrNothing(),
          mac: wordOrNothing(),
          pci: wordOrNothing(),
          driver: wordOrNothing(),
          node: count(),
          queues: count(),
        }),
      )
      .default([]),
    nodes: z.array(z.object({ node: count(), pages: count() })),
    page_kb: count(),
    huge_dir: path(),
    driver: z.enum(['', 'igb_uio', 'vfio-pci', 'uio_pci_generic']),
    modules: z.array(z.enum(['igb_uio', 'vfio-pci', 'uio_pci_generic', 'rte_kni', 'vhost-net'])),
    eal: z.array(matching(/^[\w.,:=/@-]{1,400}$/, 'an argument of letters, digits and . , : = / @ -')),
    takes_conf: args.bool(),
    conf: args.str(),
  });

const schema = () =>
  z.strictObject({
    /** present: all but starting it. started: it runs, a running one is not cut. restarted: also with what needs a restart. */
    state: args.choice(['present', 'started', 'restarted', 'absent']).default('started'),
    /** What dpvs_plan answered. Needed but for `absent`. */
    plan: plan().optional(),
    program: path().default('/sbin/dpvs'),
    conf_file: path().default('/etc/dpvs.conf'),
    /** Folder with igb_uio.ko and rte_kni.ko, as DPDK's build left them. */
    module_dir: path().optional(),
    /** Files that it may have open. */
    nofile: count().default(655_350),
    /** Seconds until it has to answer. */
    timeout: count().default(60),
  });
type Given = z.output<ReturnType<typeof schema>>;
type Plan = NonNullable<Given['plan']>;

/** Why it does not run as planned, or undefined. */
function wrongStart(said: Answer, links: string, log: string, given: Given, wanted: Plan): ModuleResult | undefined {
  const findings = judgeLog(log);
  const listed = portsOf(links);
  const missing = wanted.ports.map(({ port }) => port).filter((port) => !listed.includes(port));
  if (findings.length > 0) {
    const [first] = findings;
    return failure(findings.map(({ means, says }) => `${means} (${JSON.stringify(says)})`).join('; '), {
      code: 'E_DPVS_START',
      remedy: first.remedy,
      findings,
    });
  }
  const last = log.trimEnd().split('\n').at(-1) ?? '';
  if (said.get('pid') === undefined) {
    return failure(`DPVS did not answer within ${given.timeout} s; the last line of its log: ${JSON.stringify(last)}`, {
      code: 'E_DPVS_START',
      remedy: `${START_LOG} and ${logFile(wanted.conf)} on the host have all of it`,
    });
  }
  if (missing.length > 0) {
    return failure(`DPVS runs without ${missing.join(', ')}: \`dpip link show\` lists ${listed.join(', ') || 'none'}`, {
      code: 'E_DPVS_START',
      remedy: 'a NIC with another driver, or one more port than was planned: see the log',
    });
  }
  return undefined;
}

function resultOf(said: Answer, text: string, given: Given, wanted: Plan): ModuleResult {
  const missing = said.get('missing');
  const refused = said.get('refused');
  if (missing !== undefined || refused !== undefined) {
    return failure(refused ?? `there is no ${missing} on this host`, {
      code: 'E_DPVS_START',
      remedy: 'nothing was started; what the message names has to be there first',
    });
  }
  const [links, log = ''] = text.split('--log--\n');
  const wrong = text === '' ? undefined : wrongStart(said, links, log, given, wanted);
  if (wrong) return wrong;
  const pending = said.is('pending');
  return {
    changed: said.is('changed'),
    wrote: said.all('wrote'),
    did: said.all('did'),
    pending,
    ...(pending
      ? {
          warnings: [
            'DPVS runs with an older configuration; the new one needs a restart, which cuts its connections: state: restarted',
          ],
        }
      : {}),
  };
}

async function run(given: Given, context: TaskContext): Promise<ModuleResult> {
  const { state, plan: wanted } = given;
  if (state !== 'absent' && !wanted) {
    return failure('plan is needed', { code: 'E_DPVS_START', remedy: 'plan: "{{ dpvs }}", after dpvs_plan' });
  }
  const common = { conf_file: given.conf_file, start_log: START_LOG };
  if (!wanted || state === 'absent') {
    const reply = await remote(context, {
      verb: 'dpvs_daemon',
      fn: 'dpvs_daemon_absent',
      vars: common,
      scripts: [TOA_SH],
    });
    if (!reply.ok) return reply.failed;
    return { changed: reply.said.is('changed'), removed: reply.said.all('removed'), warnings: reply.said.all('warn') };
  }
  const conf = wanted.takes_conf ? given.conf_file : '/etc/dpvs.conf';
  const places = { program: given.program, conf, modules: given.module_dir ?? '', files: given.nofile };
  const vars = {
    ...common,
    conf_file: conf,
    conf: wanted.conf,
    nics: nicTable(wanted.nics),
    up: upScript(wanted, places),
    run: runScript(wanted, places),
    unit: unit(given.nofile),
    sum: startSum(wanted),
    program: given.program,
    page_kb: wanted.page_kb,
    log: logFile(wanted.conf),
    started: STARTED,
    start: state !== 'present',
    restart: state === 'restarted',
    timeout: given.timeout,
  };
  const timeoutMs = (given.timeout + 120) * 1000;
  const reply = await remote(context, { verb: 'dpvs_daemon', vars, scripts: [TOA_SH], timeoutMs });
  return reply.ok ? resultOf(reply.said, reply.text, given, wanted) : reply.failed;
}

export const verb = defineVerb({
  name: 'dpvs_daemon',
  summary:
    'Runs DPVS as planned, now and at each boot: huge pages, drivers, dpvs.conf, unit; what its log says against it is a failure',
  args: schema,
  beyond: [],
  check: 'full',
  diff: false,
  exclusive: true,
  run,
});
