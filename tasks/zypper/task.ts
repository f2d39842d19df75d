export { verb } from '../shared/packages/zypper-verb.ts';
