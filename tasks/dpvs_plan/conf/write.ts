import { booleanOf } from '../../../src/base/value.ts';
import { type Conf, isConf, textsOf } from './check.ts';
import { type Keys, ROOTS, type Rule } from './keys.ts';

const INDENT = '    ';

function valueText(value: unknown, rule: Rule): string {
  if (rule.is === 'switch') return booleanOf(value) === true ? 'on' : 'off';
  return Array.isArray(value) ? value.join(' ') : String(value);
}

function lines(key: string, value: unknown, rule: Rule, indent: string): string[] {
  const mark = rule.init === true ? '<init> ' : '';
  if (rule.is === 'flag') return booleanOf(value) === true ? [`${indent}${mark}${key}`] : [];
  if (rule.is === 'text') return textsOf(value, rule.lines).map((one) => `${indent}${mark}${key} ${one}`);
  if (rule.is !== 'block') return [`${indent}${mark}${key} ${valueText(value, rule)}`];
  if (!isConf(value)) return [];
  const blocks = rule.named
    ? Object.entries(value).map(([name, inner]) => [`${key} ${name}`, inner] as const)
    : [[key, value] as const];
  return blocks.flatMap(([title, inner]) => [
    `${indent}${mark}${title} {`,
    ...block(inner as Conf, rule.keys, indent + INDENT),
    `${indent}}`,
  ]);
}

/** Keys in the order of `keys`: DPVS reads some of them by what stood before. */
function block(conf: Conf, keys: Keys, indent: string): string[] {
  return Object.entries(keys).flatMap(([key, rule]) =>
    Object.hasOwn(conf, key) ? lines(key, conf[key], rule, indent) : [],
  );
}

/** dpvs.conf of its data. Only for data that `wrongConf` finds nothing in. */
export const confText = (conf: Conf): string =>
  [
    '! Made by toa-play. DPVS takes a value that it does not like for none, and says so only in its log.',
    ...block(conf, ROOTS, ''),
  ].join('\n');
