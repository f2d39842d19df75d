import { z } from 'zod';
import { failure } from '../../src/base/result.ts';
import * as args from '../shared/args.ts';
import { HTTP_SH, httpArguments, httpObjection, httpVars } from '../shared/http.ts';
import { remote } from '../shared/remote.ts';
import { defineVerb } from '../../src/verb/verb.ts';

export const verb = defineVerb({
  name: 'apt_key',
  summary: 'Adds or removes a key that apt trusts',
  args: () =>
    z.strictObject({
      id: args.str().optional(),
      data: args.str().optional(),
      file: args.path().optional(),
      url: args.str().optional(),
      keyring: args.path().optional(),
      keyserver: args.str().optional(),
      validate_certs: args.bool().default(true),
      state: args.choice(['absent', 'present']).default('present'),
    }),
  argAliases: { key: 'data' },
  beyond: [],
  check: 'full',
  diff: false,
  async run({ id, data, file, url, keyring, keyserver, validate_certs, state }, context) {
    const sources = Object.entries({ data, file, keyserver, url }).filter(([, value]) => value !== undefined);
    if (sources.length > 1) return failure('parameters are mutually exclusive: data|file|keyserver|url');
    const plainId = id?.replace(/^0x/i, '').replaceAll(' ', '').toUpperCase();
    if (plainId !== undefined && !/^[0-9A-F]{8,40}$/.test(plainId)) return failure(`Invalid key_id: ${id}`);
    if (state === 'absent' && plainId === undefined) return failure('key id is required to remove a key');
    if (state === 'present' && sources.length === 0)
      return failure('one of the following is required: data, file, keyserver, url');
    if (keyserver !== undefined && plainId === undefined) return failure('Missing key_id, required with keyserver.');
    const http = z.strictObject(httpArguments).parse({ url: url ?? 'none://', validate_certs });
    const wrong = url === undefined ? undefined : httpObjection(http);
    if (wrong !== undefined) return failure(wrong);
    const reply = await remote(context, {
      verb: 'apt_key',
      scripts: [HTTP_SH],
      vars: {
        ...httpVars(http, { method: 'GET', timeout: 30 }),
        url,
        id: plainId,
        file,
        keyring,
        keyserver,
        state,
        has_data: data !== undefined,
      },
      stdin: data,
    });
    if (!reply.ok) return { ...reply.failed, id: plainId };
    return {
      changed: reply.said.is('changed'),
      id: plainId ?? null,
      key_id: reply.said.get('key_id') ?? plainId,
      state,
    };
  },
});
