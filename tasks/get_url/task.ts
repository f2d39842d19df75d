import { posix } from 'node:path';
import { z } from 'zod';
import { failure, type ModuleResult } from '../../src/base/result.ts';
import * as args from '../shared/args.ts';
import { type Answer } from '../shared/answer.ts';
import { attributeVars, fileFacts } from '../shared/files/files.ts';
import { HTTP_SH, httpArguments, httpObjection, httpVars, statusText } from '../shared/http.ts';
import { type Reply, remote, type VarValue } from '../shared/remote.ts';
import { defineVerb, type TaskContext } from '../../src/verb/verb.ts';
import { findChecksum } from './checksum.ts';

const schema = () =>
  z.strictObject({
    ...httpArguments,
    dest: args.path(),
    backup: args.bool().default(false),
    checksum: args.str().default(''),
    timeout: args.int().default(10),
    headers: args.dictArg().optional(),
    tmp_dest: args.path().optional(),
    ...args.fileAttributes,
  });
type GetArgs = z.output<ReturnType<typeof schema>>;

const ALGORITHMS = new Set(['md5', 'sha1', 'sha224', 'sha256', 'sha384', 'sha512']);
/** A download may take long: `timeout` limits silence, this the whole. */
const TIMEOUT_MS = 4 * 3_600_000;

interface Wanted {
  readonly algorithm: string;
  readonly checksum: string;
}

const urlName = (url: string): string => posix.basename(new URL(url).pathname) || 'index.html';

/** `algorithm:hex` or `algorithm:URL` of a list of checksums, which the host reads. */
async function wantedChecksum(
  given: GetArgs,
  vars: Readonly<Record<string, VarValue>>,
  context: TaskContext,
): Promise<Wanted | ModuleResult> {
  if (given.checksum === '') return { algorithm: '', checksum: '' };
  const at = given.checksum.indexOf(':');
  if (at < 0) return failure('The checksum parameter has to be in format <algorithm>:<checksum>');
  const algorithm = given.checksum.slice(0, at).trim().toLowerCase();
  if (!ALGORITHMS.has(algorithm))
    return failure(
      `Could not hash file with algorithm '${algorithm}'. Available algorithms: ${[...ALGORITHMS].sort().join(', ')}`,
    );
  let checksum: string | undefined = given.checksum.slice(at + 1);
  if (/^(https?|ftp|file):\/\//.test(checksum)) {
    const request = { verb: 'get_url', fn: 'get_url_text', scripts: [HTTP_SH] };
    const reply = await remote(context, { ...request, vars: { ...vars, url: checksum }, timeoutMs: TIMEOUT_MS });
    if (!reply.ok) return reply.failed;
    const status = Number(reply.said.get('status'));
    if (status >= 300)
      return failure('Request failed', { response: statusText(status, ''), status_code: status, url: checksum });
    const source = checksum;
    checksum = findChecksum(reply.text, urlName(given.url));
    if (checksum === undefined)
      return failure(`Unable to find a checksum for file '${urlName(given.url)}' in '${source}'`);
  }
  checksum = checksum.replace(/[^\p{L}\p{N}_]+/gu, '').toLowerCase();
  if (!/^[0-9a-f]+$/.test(checksum)) return failure('The checksum format is invalid');
  return { algorithm, checksum };
}

/** Checksums, where something was fetched to compare. */
function sumsOf(said: Answer): Partial<ModuleResult> {
  const sum = said.get('sum');
  if (sum === undefined) return {};
  return { checksum_src: sum, checksum_dest: said.get('old') || null, md5sum: said.get('md5') ?? null };
}

function resultOf(given: GetArgs, reply: Reply & { ok: true }): ModuleResult {
  const { said } = reply;
  const changed = said.is('changed');
  const dest = said.get('dest') ?? given.dest;
  if (said.get('done') === 'exists') {
    const msg = changed ? 'file already exists but file attributes changed' : 'file already exists';
    return {
      changed,
      msg,
      dest,
      url: given.url,
      checksum_src: null,
      checksum_dest: null,
      elapsed: 0,
      ...fileFacts(said),
    };
  }
  const status = Number(said.get('status') ?? -1);
  const error = said.get('error') ?? '';
  const response = statusText(error === '' || status >= 300 ? status : -1, error, said.get('size'), said.get('reason'));
  const base = { dest, url: given.url, status_code: status, elapsed: 0 };
  if (error !== '' && status < 300) return failure(response, { dest, url: given.url, elapsed: 0 });
  if (status >= 300 && status !== 304) return failure('Request failed', { ...base, response });
  const mismatch = said.get('mismatch');
  // counted as changed, as in ansible-core, where the old file is gone by then
  if (mismatch !== undefined) return failure(mismatch, { dest, url: given.url, elapsed: 0, ...sumsOf(said), changed });
  const backup = said.get('backup_file');
  return {
    changed,
    ...base,
    msg: response,
    ...sumsOf(said),
    ...fileFacts(said),
    ...(backup ? { backup_file: backup } : {}),
  };
}

export const verb = defineVerb({
  name: 'get_url',
  summary: 'Downloads a file to the host, checked by checksum',
  args: schema,
  argAliases: { thirsty: 'force', user: 'url_username', username: 'url_username', password: 'url_password' },
  beyond: [],
  check: 'full',
  diff: false,
  async run(given, context): Promise<ModuleResult> {
    const wrong = httpObjection(given, given.headers);
    if (wrong !== undefined) return failure(wrong, { url: given.url, dest: given.dest });
    const vars = httpVars(given, { method: 'GET', timeout: given.timeout, headers: given.headers });
    const wanted = await wantedChecksum(given, vars, context);
    if (!('checksum' in wanted) || !('algorithm' in wanted))
      return { url: given.url, dest: given.dest, ...(wanted as ModuleResult) };
    const { dest, force, backup, tmp_dest } = given;
    const reply = await remote(context, {
      verb: 'get_url',
      scripts: [HTTP_SH],
      vars: {
        ...attributeVars(given, context.check),
        ...vars,
        dest,
        force,
        backup,
        tmp_dest,
        algorithm: wanted.algorithm as string,
        checksum: wanted.checksum as string,
        unsafe: given.unsafe_writes ? 'unsafe' : '',
      },
      timeoutMs: TIMEOUT_MS,
    });
    if (!reply.ok) return { ...reply.failed, url: given.url, dest };
    return resultOf(given, reply);
  },
});
