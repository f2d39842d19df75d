import { Undefined, type Value } from '../../base/value.ts';
import type { CallContext, Lookup } from '../contract.ts';
import { raiseUndefined } from '../python/operations.ts';
import { argumentError, lookupError, Options, termText } from './options.ts';

const env: Lookup = (context, terms, kwargs) => {
  const otherwise = kwargs.get('default') ?? '';
  return terms.map(termText).map((term) => {
    const name = term.trim().split(/\s+/)[0];
    const value = context.env.environment[name] ?? otherwise;
    if (value instanceof Undefined) {
      raiseUndefined(new Undefined(`The "env" lookup, found an undefined variable: ${name}`));
    }
    return value;
  });
};

function outputOf(context: CallContext, lookup: string, command: string): string {
  const { rc, stdout, stderr } = context.env.run(command);
  if (rc === 0) return stdout;
  const remedy = stderr.trim() === '' ? undefined : `The command said: ${stderr.trim().split('\n').at(-1)}`;
  throw lookupError(`lookup_plugin.${lookup}(${command}) returned ${rc}`, remedy);
}

/** Lines as Python splits bytes into them: no empty line after the last line break. */
function splitLines(text: string): string[] {
  const lines = text.split(/\r\n|[\n\r]/);
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

const pipe: Lookup = (context, terms) => {
  return terms.map(termText).map((command) => outputOf(context, 'pipe', command).trimEnd());
};

const lines: Lookup = (context, terms) => {
  return terms.map(termText).flatMap((command) => splitLines(outputOf(context, 'lines', command)));
};

const URL_OPTIONS = [
  'split_lines',
  'validate_certs',
  'use_proxy',
  'username',
  'password',
  'headers',
  'force',
  'timeout',
  'http_agent',
  'force_basic_auth',
  'follow_redirects',
  'use_gssapi',
  'unix_socket',
  'ca_path',
  'unredirected_headers',
  'ciphers',
  'use_netrc',
];

const url: Lookup = (context, terms, kwargs) => {
  const options = new Options('url', URL_OPTIONS, kwargs);
  return terms.map(termText).flatMap((address) => {
    const text = context.env.fetch(address, kwargs);
    return options.flag('split_lines', true) ? splitLines(text) : [text];
  });
};

const config: Lookup = (context, terms, kwargs) => {
  const options = new Options('config', ['on_missing', 'plugin_type', 'plugin_name'], kwargs);
  const missing = options.text('on_missing', 'error');
  if (!['error', 'warn', 'skip'].includes(missing)) {
    throw argumentError(`"on_missing" must be a string and one of "error", "warn" or "skip", not ${missing}`);
  }
  if (options.value('plugin_type') !== undefined || options.value('plugin_name') !== undefined) {
    throw argumentError('settings of plugins cannot be asked for', 'Ask for a global setting such as DEFAULT_FORKS');
  }
  return terms.flatMap((term): Value[] => {
    if (typeof term !== 'string') {
      throw argumentError(`Invalid setting identifier, "${termText(term)}" is not a string`);
    }
    const value = context.env.config(term);
    if (value !== undefined) return [value];
    if (missing === 'error') throw lookupError(`Unable to find setting ${term}`);
    if (missing === 'warn') context.env.warn(`Skipping, did not find setting ${term}`);
    return [];
  });
};

/** Lookups of the controller's environment, commands, settings, and of URLs. */
export const systemLookups: Record<string, Lookup> = { env, pipe, lines, url, config };
