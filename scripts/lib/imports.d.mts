export function sources(folder: string): Generator<string>;
export function importsOf(file: string): string[];
export function roomOf(file: string): string;
