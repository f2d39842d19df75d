import { didYouMean } from '../../../src/base/errors.ts';
import { failure, type ModuleResult } from '../../../src/base/result.ts';

/** Presets of kmod/include/toa_option.h (TOA_PRESETS): their rules, as receivers name them. */
const RULES: Readonly<Record<string, string>> = {
  default: '200:8,253:20,254:8,254:20',
  huawei: '254:8',
  dpvs: '254:8,254:20',
  lvs: '253:20,254:8',
  goedge: '254:8,254:20',
  tencent: '200:8,253:20',
  ucloud: '200:8,253:8,254:8',
  'aliyun-cdn': '28:7@syn',
};
export const PRESETS = Object.keys(RULES);

/**
 * Whose options a receiver reads, by its rules: the vendors of exactly these (`dpvs, goedge`), else the rules themselves.
 * @param kinds as a receiver tells them, in order of kind
 */
export function vendorsOf(kinds: string): string {
  const vendors = PRESETS.filter((name) => RULES[name] === kinds);
  return vendors.length > 0 ? vendors.join(', ') : kinds;
}

const RULE = /^([1-9]\d{0,2}):(7|8|20)(@syn)?$/;
/** Kinds that TCP itself uses, as in kmod/include/toa_text.h. */
const OF_TCP = (kind: number): boolean => kind < 9 || [19, 29, 30, 34].includes(kind) || kind > 254;

/** True for what `toa-bpf` and the module take as one entry of a list of kinds. */
export function isKind(text: string): boolean {
  const rule = RULE.exec(text);
  if (!rule || rule[0].length !== text.length) return PRESETS.includes(text);
  return !OF_TCP(Number(rule[1]));
}

/** Why a list of vendors cannot be used, or undefined. */
export function wrongKinds(vendors: readonly string[]): ModuleResult | undefined {
  const bad = vendors.length === 0 ? '' : vendors.find((one) => !isKind(one));
  if (bad === undefined) return undefined;
  return failure(
    `${JSON.stringify(bad)} is no vendor whose options are known, and no KIND:LEN.${didYouMean(bad, PRESETS)}`,
    {
      code: 'E_TOA_VENDOR',
      remedy: `one of ${PRESETS.join(', ')}; or a kind and a length, e.g. 254:8 (lengths 7, 8, 20; 254:8@syn in the SYN)`,
    },
  );
}

/** One rule of a receiver: options of this kind and length, in the SYN or elsewhere. */
export interface Rule {
  readonly kind: number;
  readonly len: number;
  readonly syn: boolean;
}

/** The rules that a receiver tells, e.g. `253:20,254:8@syn`; words that are none are left out. */
export function rulesOf(kinds: string): Rule[] {
  return kinds.split(',').flatMap((word) => {
    const rule = RULE.exec(word);
    return rule ? [{ kind: Number(rule[1]), len: Number(rule[2]), syn: rule[3] !== undefined }] : [];
  });
}

/** Vendors whose options a rule reads. */
export const vendorsWith = (rule: string): string[] =>
  PRESETS.filter((name) => name !== 'default' && RULES[name].split(',').includes(rule));
