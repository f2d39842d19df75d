export { isIpAddress, parseAddress, type Address } from './address.ts';
export { InventoryData, LOCALHOST } from './data.ts';
export { loadInventory } from './load.ts';
export type { InventoryContext } from './parsing.ts';
export { limitHosts, matchPatterns, readLimit, splitPattern } from './pattern.ts';
export { inventoryGraph, inventoryHost, inventoryList, inventoryYaml, type ReportSource } from './report.ts';
export { selectHosts } from './select.ts';
