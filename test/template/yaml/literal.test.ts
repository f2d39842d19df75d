import { expect, it } from 'vitest';
import { fromJs } from '../../../src/base/value.ts';
import { dumpYaml } from '../../../src/template/yaml/dump.ts';

const literal = (value: unknown) => dumpYaml(fromJs(value), { indent: 4, flow: false, literal: true });

// Expected texts: what ansible-playbook 2.14 prints with callback_result_format = yaml.
it('writes texts of several lines as blocks', () => {
  expect(literal({ msg: 'a  \n\tb\nc', one: 'x' })).toBe('msg: |-\n    a\n            b\n    c\none: x\n');
});

it('says how deep a block lies whose first line starts with a space', () => {
  expect(literal({ list: [' a\nb\n'] })).toBe('list:\n- |4-\n     a\n    b\n');
});

it('leaves out what a block cannot hold', () => {
  expect(literal(['a\u0007b\nc\n\nd\n\n'])).toBe('- |-\n    ab\n    c\n\n    d\n');
});
