import { describe, expect, it } from 'vitest';
import { destinationPath } from './destination.ts';

const path = (given: Partial<Parameters<typeof destinationPath>[0]>): string =>
  destinationPath({ dest: '/d', flat: false, host: 'h1', asked: '/etc/x', answered: '/etc/x', ...given });

describe('where a fetched file goes', () => {
  it('is dest/host/path of the task', () => {
    expect(path({})).toBe('/d/h1/etc/x');
    expect(path({ asked: 'rel/x', answered: 'rel/x' })).toBe('/d/h1/rel/x');
    expect(path({ flat: true })).toBe('/d');
    expect(path({ flat: true, dest: '/d/' })).toBe('/d/x');
    expect(path({ asked: '~/x', answered: '/home/me/x' })).toBe('/d/h1/home/me/x');
    expect(path({ asked: '~you/x', answered: '/home/you/x' })).toBe('/d/h1/home/you/x');
    expect(path({ flat: true, dest: '/d/', asked: '~/x', answered: '/home/me/x' })).toBe('/d/x');
  });

  it.each(['../../etc/cron.d/x', '/../../etc/cron.d/x', '/etc/cron.d/x', '', 'x'])(
    'is not what the host answers: %s',
    (answered) => {
      expect(path({ answered })).toBe('/d/h1/etc/x');
      expect(path({ answered, flat: true, dest: '/d/' })).toBe('/d/x');
    },
  );

  it('never leaves dest/host, whatever the task says', () => {
    expect(path({ asked: '../../../etc/x' })).toBe('/d/h1/etc/x');
    expect(path({ asked: '/a/../../../x' })).toBe('/d/h1/x');
  });

  it.each(['/../../x', '/a/../../x', '//x', 'home/x', '/home/me/y', '/a\0b/x', '/./x'])(
    'refuses a home of the host that leads elsewhere: %j',
    (answered) => expect(() => path({ asked: '~/x', answered })).toThrow(/the host says/),
  );

  it.each(['..', '.', 'a/b', '../h2', '', 'a\0'])('refuses the name of a host that is no folder: %j', (host) =>
    expect(() => path({ host })).toThrow(/cannot name a folder/),
  );

  it.each(['/', '..', '/a/..', '~'])('refuses a path without a name: %s', (asked) =>
    expect(() => path({ asked, flat: true, dest: '/d/' })).toThrow(/names no file/),
  );
});
