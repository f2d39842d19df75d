import { ToaError } from '../../src/base/errors.ts';
import type { Given } from './given.ts';

/** Edits of a tree's texts. Pure; what is not as expected stops them. */

type Define = Given['defines'][number];

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/**
 * The text with another value of one `#define`; blanks and comments beside it stay.
 * @throws ToaError E_KBUILD_DEFINE when it is not there once, or has a value that nobody expected
 */
export function withDefine(text: string, { file, name, value, expect }: Define): string {
  const pattern = new RegExp(
    `^([ \\t]*#[ \\t]*define[ \\t]+${escaped(name)}[ \\t]+)(.*?)([ \\t]*(?:/\\*.*|//.*)?)$`,
    'gm',
  );
  const found = [...text.matchAll(pattern)];
  const stop = (msg: string, remedy: string): never => {
    throw new ToaError('E_KBUILD_DEFINE', msg, { remedy });
  };
  if (found.length !== 1)
    return stop(
      `${file} has ${found.length} lines "#define ${name} VALUE", not one`,
      'is it the source that was meant?',
    );
  const [[whole, before, is, after]] = found;
  if (is === value) return text;
  if (!expect.includes(is)) {
    const line = text.slice(0, found[0].index).split('\n').length;
    return stop(
      `${file}:${line}: ${name} is ${is}, neither ${[value, ...expect].join(' nor ')}`,
      'look at the source; add the value to `expect` if it may be changed',
    );
  }
  return text.slice(0, found[0].index) + before + value + after + text.slice(found[0].index + whole.length);
}

/**
 * The top Makefile with another EXTRAVERSION.
 * @throws ToaError E_KBUILD_DEFINE without such a line
 */
export function withExtraversion(text: string, extraversion: string): string {
  const found = /^EXTRAVERSION[ \t]*=.*$/m.exec(text);
  if (!found)
    throw new ToaError('E_KBUILD_DEFINE', 'the Makefile has no line EXTRAVERSION =', {
      remedy: 'is it a kernel’s tree?',
    });
  const line = `EXTRAVERSION = ${extraversion}`.trimEnd();
  if (found[0].replace(/[ \t]*=[ \t]*/, ' = ').trimEnd() === line) return text;
  return text.slice(0, found.index) + line + text.slice(found.index + found[0].length);
}
