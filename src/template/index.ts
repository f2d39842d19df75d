export type {
  CallContext,
  FileKind,
  Filter,
  Lookup,
  RenderOptions,
  Scope,
  TemplatePorts,
  Templar,
  Test,
} from './contract.ts';
export { Suspend } from './contract.ts';
export { createTemplar, type TemplarOptions } from './templar.ts';
