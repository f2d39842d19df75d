import { expect, it } from 'vitest';
import { editBlacklist } from './task.ts';

const text = '# c\nblacklist one\n  blacklist  three \n#blacklist five';

it('knows the lines of a module from those of others, and from comments', () => {
  expect(editBlacklist(text, 'three', true).text).toBe(text);
  expect(editBlacklist(text, 'thr', true).text).toBe(`${text}\nblacklist thr\n`);
  expect(editBlacklist(text, 'five', true).lines.at(-1)).toBe('blacklist five');
  expect(editBlacklist(text, 'five', false).text).toBe(text);
  expect(editBlacklist(text, 'one', false).text).toBe('# c\n  blacklist  three \n#blacklist five');
  expect(editBlacklist('', 'one', true)).toMatchObject({ text: 'blacklist one\n', lines: ['blacklist one'] });
});
