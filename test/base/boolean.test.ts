import { expect, it } from 'vitest';
import { booleanOf, float } from '../../src/base/value.ts';

// Each was given to ansible-core's module_utils.parsing.convert_bool.boolean, which agreed (undefined: TypeError).
it.each([
  ['yes', true],
  [' On\n', true],
  ['T', true],
  [1, true],
  [float(1), true],
  ['0', false],
  ['No', false],
  [float(0), false],
  [true, true],
  ['1.0', undefined],
  ['2', undefined],
  ['', undefined],
  [['yes'], undefined],
  [null, undefined],
  [undefined, undefined],
])('the boolean of %j is %j', (value, boolean) => expect(booleanOf(value)).toBe(boolean));
