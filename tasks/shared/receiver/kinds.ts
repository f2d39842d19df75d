import { didYouMean } from '../../../src/base/errors.ts';
import { failure, type ModuleResult } from '../../../src/base/result.ts';

/** Presets of kmod/include/toa_option.h (TOA_PRESETS). */
export const PRESETS = ['default', 'huawei', 'dpvs', 'lvs', 'goedge', 'tencent', 'ucloud', 'aliyun-cdn'];

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
