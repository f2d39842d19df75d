export function report(results) {
  for (const { hosts, taken } of results)
    for (const [k, v] of Object.entries(taken))
      console.log(
        hosts,
        k,
        v.map((o) => o.seconds.toFixed(2)).join(' '),
        'cpu',
        v.map((o) => o.cpuSeconds.toFixed(2)).join(' '),
        'MB',
        v.map((o) => o.megabytes).join(' '),
      );
}
