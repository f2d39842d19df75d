import { expect, it } from 'vitest';
import { resultFormat } from '../../src/cli/reports.ts';

async function shown(stdoutCallback: string, callbackResultFormat: 'json' | 'yaml'): Promise<[string, string[]]> {
  const warnings: string[] = [];
  const format = await resultFormat({ stdoutCallback, callbackResultFormat }, (message) => warnings.push(message));
  return [format.toYaml?.({ msg: ['a'] }) ?? 'JSON', warnings];
}

const YAML = 'msg:\n- a\n';

it('shows results as the callback of that name, or the format, says', async () => {
  for (const collection of ['', 'ansible.builtin.', 'community.general.']) {
    expect(await shown(`${collection}default`, 'json')).toEqual(['JSON', []]);
    expect(await shown(`${collection}default`, 'yaml')).toEqual([YAML, []]);
    expect(await shown(`${collection}yaml`, 'json')).toEqual([YAML, []]);
  }
});

it('warns of a callback that there is not, and shows the default one', async () => {
  const warning = [expect.stringContaining('there is no callback my.yaml')];
  expect(await shown('my.yaml', 'json')).toEqual(['JSON', warning]);
  expect(await shown('my.yaml', 'yaml')).toEqual([YAML, warning]);
});
