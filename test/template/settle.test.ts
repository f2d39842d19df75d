import { describe, expect, it } from 'vitest';
import { settle } from '../../src/template/settle.ts';
import { answerTo } from '../../src/template/answers.ts';

describe('settle', () => {
  it('gives each question of a render its own answer, however often it is repeated', async () => {
    let asked = 0;
    const question = (name: string): string => answerTo(name, async () => `${name}${++asked}`);
    const rendered = await settle(() => [question('a'), question('b'), question('a')].join(' '));
    expect(rendered).toBe('a1 b2 a3');
    expect(asked).toBe(3);
  });

  it('forgets the answers when the render is done', async () => {
    let asked = 0;
    const render = (): string | Promise<string> => settle(() => answerTo('x', async () => `x${++asked}`));
    expect([await render(), await render()]).toEqual(['x1', 'x2']);
  });

  it('lets a question fail', async () => {
    const failing = settle(() => answerTo('x', () => Promise.reject(new Error('no'))));
    await expect(failing).rejects.toThrow('no');
  });
});
