import { describe, expect, it } from 'vitest';
import { editLimits } from './task.ts';

const base = {
  domain: '*',
  limit_type: 'hard',
  limit_item: 'core',
  value: '0',
  use_max: false,
  use_min: false,
  comment: '',
  dest: '/f',
  backup: false,
} as const;

describe('editLimits', () => {
  it('adds a line before the end mark, once', () => {
    const first = editLimits('# limits\n# End of file\n', base);
    expect(first.text).toBe('# limits\n*\thard\tcore\t0\n# End of file\n');
    expect(editLimits(first.text as string, base).text).toBeUndefined();
  });

  it('replaces the value of the same limit only', () => {
    const text = '* soft core 5\n*   hard core   7 # old\nweb hard core 9\n';
    expect(editLimits(text, base).text).toBe('* soft core 5\n*\thard\tcore\t0\nweb hard core 9\n');
  });

  it.each([
    ['use_max', '10', undefined],
    ['use_max', 'unlimited', '* hard core unlimited'],
    ['use_min', '100', undefined],
  ])('%s with %s', (flag, value, line) => {
    const present = flag === 'use_max' ? '* hard core 50\n' : '* hard core 50\n';
    const edit = editLimits(present, { ...base, value, [flag]: true });
    if (line === undefined) expect(edit.text).toBeUndefined();
    else expect(edit.text?.replaceAll('\t', ' ')).toBe(`${line}\n`);
  });
});
