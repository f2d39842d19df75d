const [WIDTH, HEIGHT, LEFT, TOP, BOTTOM] = [460, 300, 52, 36, 44];
const COLOURS = { floor: '#888888', 'toa-play': '#0a7d4b', mitogen: '#c77700', ansible: '#b3261e' };

const log = Math.log10;

/** Powers of ten and their halves of a decade that cover the values. */
function ticks(values) {
  const [first, last] = [Math.floor(log(Math.min(...values))), Math.ceil(log(Math.max(...values)))];
  return Array.from({ length: last - first + 1 }, (_, i) => 10 ** (first + i));
}

/** Places values on a logarithmic axis between `from` and `to` (pixels). */
function axis(values, from, to) {
  const marks = ticks(values);
  const [low, high] = [log(marks[0]), log(marks.at(-1))];
  const at = (value) => from + ((log(value) - low) / (high - low || 1)) * (to - from);
  return { marks, at };
}

function panel({ title, curves }, offset) {
  const drawn = curves.filter(({ points }) => points.length > 0);
  const points = drawn.flatMap((curve) => curve.points);
  const x = axis(
    points.map(([hosts]) => hosts),
    offset + LEFT,
    offset + WIDTH - 20,
  );
  const y = axis(
    points.map(([, value]) => value),
    HEIGHT - BOTTOM,
    TOP,
  );
  const grid = [
    ...x.marks.map(
      (mark) =>
        `<line x1="${x.at(mark)}" x2="${x.at(mark)}" y1="${TOP}" y2="${HEIGHT - BOTTOM}"/><text x="${x.at(mark)}" y="${HEIGHT - 26}" text-anchor="middle">${mark}</text>`,
    ),
    ...y.marks.map(
      (mark) =>
        `<line x1="${offset + LEFT}" x2="${offset + WIDTH - 20}" y1="${y.at(mark)}" y2="${y.at(mark)}"/><text x="${offset + LEFT - 6}" y="${y.at(mark) + 4}" text-anchor="end">${mark}</text>`,
    ),
  ];
  const lines = drawn.map(({ name, points: own }, i) => {
    const path = own.map(([hosts, value]) => `${x.at(hosts).toFixed(1)},${y.at(value).toFixed(1)}`);
    const dots = path
      .map((place) => `<circle cx="${place.split(',')[0]}" cy="${place.split(',')[1]}" r="3"/>`)
      .join('');
    const label = `<text x="${offset + LEFT + 8}" y="${TOP + 14 + i * 14}" stroke="none">${name}</text>`;
    return `<g stroke="${COLOURS[name]}" fill="${COLOURS[name]}"><polyline fill="none" stroke-width="2" points="${path.join(' ')}"/>${dots}${label}</g>`;
  });
  const words = `<text x="${offset + LEFT}" y="20" font-weight="bold">${title}</text><text x="${offset + WIDTH - 20}" y="${HEIGHT - 8}" text-anchor="end">hosts</text>`;
  return `${words}<g stroke="#dddddd"><g fill="#444444" class="grid">${grid.join('')}</g></g>${lines.join('')}`;
}

/** An SVG picture of panels side by side, both axes logarithmic. */
export function plot(panels) {
  const body = panels.map((one, i) => panel(one, i * WIDTH)).join('\n');
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${panels.length * WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="11">
<style>.grid text { stroke: none }</style>
<rect width="100%" height="100%" fill="white"/>
${body}
</svg>
`;
}
