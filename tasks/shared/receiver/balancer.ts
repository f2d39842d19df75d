import type { ErrorCode } from '../../../src/base/errors.ts';
import { failure, type ModuleResult } from '../../../src/base/result.ts';
import { type Answer, verbScript } from '../answer.ts';
import * as args from '../args.ts';
import { addresses, type WithVip } from './services.ts';

export const DIRECTOR_SH = verbScript('shared/receiver', 'director.sh');

/** Arguments that the balancer's verbs share. Their words stand in rules, units and scripts, so only plain ones. */
export const port = () => args.int().refine((value) => value > 0 && value < 65536, 'a port from 1 to 65535');
export const device = () =>
  args.str().refine((name) => /^[\w.@-]{1,15}$/.test(name), 'the name of a network interface');
export const tableName = () =>
  args.str().refine((name) => /^[a-z][a-z0-9_]{0,30}$/.test(name), 'letters, digits and _');

/** A server's share of new connections; 0 drains: connections stay, new ones go elsewhere. */
export const weight = (most: number) =>
  args
    .int()
    .refine((value) => value >= 0 && value <= most, `a weight from 0 to ${most}`)
    .default(1);
/** Without it 0: nothing is waited for. */
export const seconds = () =>
  args
    .int()
    .refine((value) => value >= 0, 'seconds')
    .default(0);

interface Directed {
  readonly name: string;
  readonly services: readonly WithVip[];
  readonly vip_device?: string;
  readonly wait_drained: number;
}

/**
 * What director.sh takes of a verb's arguments.
 * @param drained servers to wait for, where it is wanted: `ADDRESS PORT`
 */
export const directorVars = ({ name, services, vip_device, wait_drained }: Directed, drained: readonly string[]) => ({
  name,
  vips: vip_device === undefined ? [] : addresses(services),
  vip_device,
  drain: wait_drained > 0 ? drained : [],
  wait: wait_drained,
});

/** What director.sh's functions did. */
export const directorResult = (said: Answer): ModuleResult => ({
  changed: said.is('changed'),
  wrote: said.all('wrote'),
  removed: said.all('removed'),
});

/** Servers with weight 0 that had connections still when the time was over. */
export const notDrained = (waited: number, left: string, code: ErrorCode): ModuleResult =>
  failure(`after ${waited} s, connections to servers with weight 0 are left: ${left}`, {
    code,
    remedy: 'wait longer (wait_drained), or take the server out of the list and cut them',
  });
