import { z } from 'zod';
import * as args from '../shared/args.ts';
import { defineVerb } from '../../src/verb/verb.ts';

const dashed = (name: string): string => name.replaceAll(' ', '-');

export const verb = defineVerb({
  name: 'group_by',
  summary: 'Puts the host into a group named by its variables',
  args: () => z.object({ key: args.str(), parents: args.list(args.str()).default(['all']) }),
  ignoresOthers: true,
  beyond: ['plan'],
  check: 'full',
  diff: false,
  controllerOnly: true,
  async run({ key, parents }) {
    return { changed: false, add_group: dashed(key), parent_groups: parents.map(dashed) };
  },
});
