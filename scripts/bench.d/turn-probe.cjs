// Preloaded into toa-play: writes the most CPU (in milliseconds, of the main thread) that passed between two looks 5 ms
// apart into $TOA_BENCH_TURNS. No turn of the event loop used more than that. CPU and not time: others use the machine.
const { readFileSync, writeFileSync } = require('node:fs');

const MAIN_THREAD = `/proc/${process.pid}/task/${process.pid}/schedstat`;
const cpuMs = () => Number(readFileSync(MAIN_THREAD, 'latin1').split(' ')[0]) / 1e6;

let last = cpuMs();
let longest = 0;
setInterval(() => {
  const now = cpuMs();
  longest = Math.max(longest, now - last);
  last = now;
}, 5).unref();
process.on('exit', () => {
  const megabytes = Math.round(process.resourceUsage().maxRSS / 1024);
  writeFileSync(process.env.TOA_BENCH_TURNS, JSON.stringify({ turnMs: Math.round(longest), megabytes }));
});
