import { expect, it } from 'vitest';
import { verbs } from '../index.ts';
import { verb as copy } from '../copy/task.ts';

it('chattr attributes are refused by every verb that Ansible gives them to', () => {
  const takers = verbs.filter(
    ({ name, args }) => name !== 'stat' && 'attributes' in ((args as { shape?: object }).shape ?? {}),
  );
  expect(takers.length).toBeGreaterThan(5);
  for (const { name, args } of takers) {
    const issues = args.safeParse({ attributes: '+i' }).error?.issues ?? [];
    expect(issues.map(({ message }) => message).join(), name).toContain('chattr');
  }
});

it('what copy cannot do is an error', () => {
  expect(copy.args.safeParse({ dest: '/x', local_follow: false }).success).toBe(false);
  expect(copy.args.safeParse({ dest: '/x', local_follow: true }).success).toBe(true);
});
