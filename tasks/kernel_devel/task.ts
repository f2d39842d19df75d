import { z } from 'zod';
import * as args from '../shared/args.ts';
import { ensureHeaders, pinnedPackages } from '../shared/receiver/kernel-devel.ts';
import { defineVerb } from '../../src/verb/verb.ts';

const schema = () =>
  z.strictObject({
    /** `uname -r` of the kernel to compile for; default: the running one. */
    release: args.str().default(''),
    /** Install gcc, make and binutils too where they are missing. */
    compiler: args.bool().default(true),
    /** Packages to fetch when no repository has the headers, in order, each with its checksum, or checksums by release. */
    urls: pinnedPackages(),
  });

export const verb = defineVerb({
  name: 'kernel_devel',
  summary: 'Brings the headers of one exact kernel release and a compiler, from repositories or from pinned packages',
  args: schema,
  beyond: [],
  check: 'full',
  diff: false,
  run: (given, context) => ensureHeaders(given, context),
});
