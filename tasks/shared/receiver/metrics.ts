import { verbScript } from '../answer.ts';
import * as args from '../args.ts';

/** What collects the counters on a host; needs TOA_SH. */
export const METRICS_SH = verbScript('shared/receiver', 'metrics.sh');

/** An argument: the folder of node_exporter's textfile collector. Its path stands in units and scripts, so only plain letters. */
export const metricsDir = () =>
  args.path().refine((path) => /^\/[\w./@+-]*$/.test(path), 'an absolute path of letters, digits and . / @ + - _');

/** Where the counters go in that folder; '' without one. */
export const metricsFile = (folder: string | undefined): string =>
  folder === undefined ? '' : `${folder.replace(/\/+$/, '')}/toa.prom`;

/** A warning of the verbs that bring what collects. */
export const NO_TIMER = 'neither systemd nor /etc/cron.d: the counters are written at each run and each boot only';
