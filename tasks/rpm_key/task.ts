import { z } from 'zod';
import { failure } from '../../src/base/result.ts';
import * as args from '../shared/args.ts';
import { HTTP_SH, httpArguments, httpVars } from '../shared/http.ts';
import { remote } from '../shared/remote.ts';
import { defineVerb } from '../../src/verb/verb.ts';

export const verb = defineVerb({
  name: 'rpm_key',
  summary: 'Adds or removes a key that rpm trusts',
  args: () =>
    z.strictObject({
      key: args.str(),
      state: args.choice(['absent', 'present']).default('present'),
      fingerprint: args.str().optional(),
      validate_certs: args.bool().default(true),
    }),
  beyond: [],
  check: 'full',
  diff: false,
  async run({ key, state, fingerprint, validate_certs }, context) {
    if (key.includes('\n')) return failure('key is a path, a URL or a key id');
    const http = z.strictObject(httpArguments).parse({ url: key, validate_certs });
    const print = fingerprint?.replaceAll(' ', '').toUpperCase();
    const vars = { ...httpVars(http, { method: 'GET', timeout: 30 }), key, state, fingerprint: print };
    const reply = await remote(context, { verb: 'rpm_key', scripts: [HTTP_SH], vars });
    return reply.ok ? { changed: reply.said.is('changed') } : reply.failed;
  },
});
