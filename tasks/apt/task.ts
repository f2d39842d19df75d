export { verb } from '../shared/packages/apt-verb.ts';
