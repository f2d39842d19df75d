export const MANIFEST: string;
export function packedFiles(folder?: string): string[];
export function sha256(data: Uint8Array): string;
export function manifestOf(paths: readonly string[], folder?: string): string;
