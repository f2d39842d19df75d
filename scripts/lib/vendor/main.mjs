// scripts/test-vendor-module: another vendor's module, compiled here, loaded in a real kernel, and replaced there.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { boot } from '../kernels/boot.mjs';
import { buildForeign, buildPrograms } from '../kernels/build.mjs';
import { KERNELS } from '../kernels/catalog.mjs';
import { fetchKernel } from '../kernels/packages.mjs';

const place = (name) => fileURLToPath(new URL(name, import.meta.url));
const wanted = KERNELS.find(({ id }) => id === (process.argv[2] ?? '6.1'));
if (!wanted) throw new Error(`no kernel is called ${process.argv[2]}: ${KERNELS.map(({ id }) => id).join(', ')}`);
const kernel = await fetchKernel(wanted);
await buildPrograms(kernel.arch);
const { ko, log } = await buildForeign(kernel, place('.'));
if (!ko) throw new Error(`the foreign module does not compile:\n${log.slice(-2000)}`);
const file = (path) => ({ mode: 0o100644, data: readFileSync(path) });
const verb = '../../../tasks/toa_vendor_module/toa_vendor_module.sh';
const files = { 'other.ko': file(ko), 'verbs/toa_vendor_module.sh': file(place(verb)) };
const { text, rc } = await boot(kernel, undefined, { timeout: 1500, script: place('cases.sh'), files });
const cases = text.split('\n').filter((line) => line.startsWith('@case '));
for (const line of cases) console.log(line.slice(6));
const failed = cases.filter((line) => / fail/.test(line)).length;
if (rc !== 0 || !text.includes('@end')) throw new Error(`the guest ended early (${rc}):\n${text.slice(-2000)}`);
console.log(`${kernel.release}: ${cases.length - failed} passed, ${failed} failed`);
process.exitCode = failed === 0 && cases.length > 0 ? 0 : 1;
