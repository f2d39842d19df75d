#!/usr/bin/env node
// Joins dist/src/cli/main.js and what it imports into one script, dist/bundle/main.cjs: some 300 modules cost half a
// second of CPU to load one by one. What is imported with import() is a part of it, and runs when it is asked for.
// Beside it lies the compiled code of what a run uses (bundle.d/compile.mjs), main.cache, which this version of Node (and
// only this one) takes instead of compiling.
import { readFile, rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { bundledPackages, writePackages } from './bundle.d/packages.mjs';
import { runProgram } from './lib/programs.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const bundle = `${root}/dist/bundle/main.cjs`;
const cache = `${root}/dist/bundle/main.cache`;

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

/** The distributions as data, which at run time need neither be read nor checked. */
const distributions = {
  name: 'distributions',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]host[\\/]distros[\\/]read\.js$/ }, async ({ path }) => {
      const { readDistros } = await import(path);
      return { contents: `export const readDistros = () => (${JSON.stringify(readDistros())});` };
    });
  },
};

/** What ssh2 has beside the client: a server, SFTP, agents for HTTP (which load Node's own), generating keys. */
const onlyTheClient = {
  name: 'only-the-client',
  setup({ onLoad }) {
    const others = /[\\/]ssh2[\\/]lib[\\/](server|http-agents|keygen|protocol[\\/]SFTP)\.js$/;
    onLoad({ filter: others }, () => ({ contents: '' }));
  },
};

/** What counts a text's columns makes a segmenter when it is loaded, which costs more than the rest of the start: made at first use. */
const lateSegmenter = {
  name: 'late-segmenter',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/](string-width|slice-ansi)[\\/].*\.js$/ }, async ({ path }) => {
      const text = await readFile(path, 'utf8');
      const late = '{ segment(text) { return (this.made ??= new Intl.Segmenter()).segment(text); } }';
      return { contents: text.replaceAll('new Intl.Segmenter()', late), loader: 'js' };
    });
  },
};

await rm(`${root}/dist/bundle`, { recursive: true, force: true });
const { metafile } = await build({
  entryPoints: [`${root}/dist/src/cli/main.js`],
  outfile: bundle,
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  // Names stay as they are: stack traces in bug reports must be readable.
  minifyWhitespace: true,
  minifySyntax: true,
  legalComments: 'none',
  external: ['cpu-features'],
  plugins: [distributions, smallZod, nativeCrypto, onlyTheClient, lateSegmenter],
  // One function, which bin/toa-play.js calls.
  banner: { js: '(function (module, require, __dirname, bundleUrl) {' },
  footer: { js: '})' },
  define: { 'import.meta.url': 'bundleUrl' },
  logLevel: 'warning',
  metafile: true,
  absWorkingDir: root,
});
writePackages(bundledPackages(metafile, root), `${root}/dist`);

// A process of its own: what esbuild loads is no part of a run.
runProgram(process.execPath, [`${root}/scripts/bundle.d/compile.mjs`, bundle, cache]);
