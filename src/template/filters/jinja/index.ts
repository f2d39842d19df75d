import type { Filter } from '../../contract.ts';
import { htmlFilters } from './html.ts';
import { listFilters } from './lists.ts';
import { numberFilters } from './numbers.ts';
import { selectFilters } from './select.ts';
import { textFilters } from './text.ts';

/** Jinja2 3.1's own filters (https://jinja.palletsprojects.com/en/3.1.x/templates/#builtin-filters). */
export const jinjaFilters: ReadonlyMap<string, Filter> = new Map(
  Object.entries({ ...htmlFilters, ...listFilters, ...numberFilters, ...selectFilters, ...textFilters }),
);
