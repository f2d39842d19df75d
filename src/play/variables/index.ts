export { parseAllExtraVars, parseExtraVars, type ExtraVarsContext } from './extra-vars.ts';
export { LayeredScope, type Layer } from './layers.ts';
export { mergeValues } from './merge.ts';
export { ANSIBLE_VERSION } from './magic.ts';
export { createVariables, OMIT_TOKEN, VariableStore, type VariablesOptions } from './store.ts';
