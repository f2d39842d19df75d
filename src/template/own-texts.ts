import { nowhere } from '../base/span.ts';
import { templateText } from '../base/template-text.ts';

/** Templates of the program's own: `toa_value` hashed by `toa_scheme`, for vars_prompt. */
export const HASHED = templateText('{{ toa_value | password_hash(toa_scheme) }}', nowhere('vars_prompt'));
export const HASHED_WITH_SALT = templateText(
  '{{ toa_value | password_hash(toa_scheme, salt=toa_salt) }}',
  nowhere('vars_prompt'),
);
