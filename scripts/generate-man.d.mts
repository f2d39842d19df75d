export function manPages(contract: string, version: string): Map<string, string>;
