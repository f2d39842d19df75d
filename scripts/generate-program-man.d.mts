import type { Command } from 'commander';

export function programPage(
  program: Command,
  commands: Readonly<Record<string, { readonly usage: string; readonly summary: string }>>,
  texts: { readonly intro: string; readonly status: string; readonly version: string },
): string;
