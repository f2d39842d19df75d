#!/usr/bin/env node
// Joins dist/src/cli/main.js and what it imports into dist/bundle: some 300 modules cost half a second of CPU to load
// one by one, in a bundle a fifth of that. What is imported with import() stays apart and is loaded when needed.
import { readFile, rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));

/** `import { z }` takes all of zod in, its 50 languages too; of a namespace only what is used stays. */
const smallZod = {
  name: 'small-zod',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]dist[\\/](src|tasks)[\\/].*\.js$/ }, async ({ path }) => ({
      contents: (await readFile(path, 'utf8')).replace("import { z } from 'zod'", "import * as z from 'zod'"),
      loader: 'js',
    }));
  },
};

/** ssh2's native part is looked for in its package, wherever the bundle lies. */
const nativeCrypto = {
  name: 'native-crypto',
  setup({ onResolve }) {
    onResolve({ filter: /sshcrypto\.node$/ }, () => ({
      path: 'ssh2/lib/protocol/crypto/build/Release/sshcrypto.node',
      external: true,
    }));
  },
};

/** What the CommonJS packages in the bundle expect to be there. */
const COMMON_JS = [
  "import { createRequire as toaRequire } from 'node:module';",
  "import { fileURLToPath as toaPath } from 'node:url';",
  'const require = toaRequire(import.meta.url), __dirname = toaPath(new URL(".", import.meta.url));',
].join('');

await rm(`${root}/dist/bundle`, { recursive: true, force: true });
await build({
  entryPoints: [`${root}/dist/src/cli/main.js`],
  outdir: `${root}/dist/bundle`,
  bundle: true,
  splitting: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  // Names stay as they are: stack traces in bug reports must be readable.
  minifyWhitespace: true,
  minifySyntax: true,
  legalComments: 'none',
  external: ['cpu-features'],
  plugins: [smallZod, nativeCrypto],
  banner: { js: COMMON_JS },
  logLevel: 'warning',
});
