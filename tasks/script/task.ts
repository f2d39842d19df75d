import { z } from 'zod';
import { shellQuote } from '../../src/base/quote.ts';
import { failure } from '../../src/base/result.ts';
import * as args from '../shared/args.ts';
import { COMMAND_SH } from '../shared/command.ts';
import { verbScript } from '../shared/answer.ts';
import { defineVerb } from '../../src/verb/verb.ts';
import { splitWords } from '../../src/base/shell-words.ts';

const SCRIPTS = [COMMAND_SH, verbScript('script')];

export const verb = defineVerb({
  name: 'script',
  summary: "Runs a script of the controller's on the host",
  args: () =>
    z.object({
      _raw_params: args.str().optional(),
      cmd: args.str().optional(),
      chdir: args.path().optional(),
      creates: args.path().optional(),
      removes: args.path().optional(),
      executable: args.str().optional(),
      decrypt: args.bool().default(true),
    }),
  freeForm: true,
  ignoresOthers: true,
  beyond: ['controller-file'],
  check: 'partial',
  diff: false,
  async run({ _raw_params, cmd, chdir = '', creates = '', removes = '', executable, decrypt }, context) {
    const text = (cmd ?? _raw_params ?? '').trim();
    const [name, ...others] = splitWords(text);
    if (!name) return failure('no script given', { rc: 256 });
    if (creates !== '' || removes !== '') {
      const { stdout } = await context.call({
        scripts: SCRIPTS,
        fn: 'script_look',
        vars: { creates, removes, chdir: '', check: '' },
      });
      if (stdout.startsWith('creates'))
        return { skipped: true, changed: false, msg: `${creates} exists, matching creates option` };
      if (stdout.startsWith('removes')) {
        return { skipped: true, changed: false, msg: `${removes} does not exist, matching removes option` };
      }
    }
    if (chdir !== '' && !chdir.startsWith('/')) {
      return failure(`chdir ${chdir} must be an absolute path for a Unix-aware remote node`);
    }
    const path = context.findFile('files', name);
    if (context.check) {
      if (creates !== '' || removes !== '') return { changed: true };
      return { changed: false, skipped: true, msg: 'Check mode is not supported for this task.' };
    }
    const data = decrypt ? await context.controller.readDecrypted(path) : await context.controller.read(path);
    const file = await (await context.shell()).upload({ data });
    // a name that was written with escapes stands otherwise in the text: then its words are quoted anew
    const words = text.includes(name)
      ? text.replace(name, () => shellQuote(file))
      : [file, ...others].map((word) => shellQuote(word)).join(' ');
    const line = `${executable ? `${executable} ` : ''}${words}`;
    const { rc, stdout, stderr } = await context.call({
      scripts: SCRIPTS,
      fn: 'script_run',
      args: [line],
      vars: { file, chdir },
    });
    const result = { changed: true, rc, stdout, stderr };
    return rc === 0 ? result : { ...result, failed: true, msg: 'non-zero return code' };
  },
});
