export type * from './contract.ts';
export { openSession } from './session/session.ts';
export { acquireHostLock, type HostLock, type LockPolicy } from './lease/lock.ts';
export { becomeFromVars, targetFromVars, type ReachableTarget, type TargetDefaults } from './target.ts';
export {
  type DetachedJob,
  type EndedCall,
  forgetDetached,
  lookForDetached,
  readDetached,
  startDetached,
} from './detached/detached.ts';
