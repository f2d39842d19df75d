import * as args from '../args.ts';

/** An argument: the folder of node_exporter's textfile collector. Its path stands in units and scripts, so only plain letters. */
export const metricsDir = () =>
  args.path().refine((path) => /^\/[\w./@+-]*$/.test(path), 'an absolute path of letters, digits and . / @ + - _');

/** Where the counters go in that folder; '' without one. */
export const metricsFile = (folder: string | undefined): string =>
  folder === undefined ? '' : `${folder.replace(/\/+$/, '')}/toa.prom`;
