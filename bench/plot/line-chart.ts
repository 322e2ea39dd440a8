import { apart } from './labels.ts';
import { linearScale, logScale, type Scale } from './scale.ts';

export interface Curve {
  readonly name: string;
  readonly points: readonly { readonly x: number; readonly y: number }[];
}

export interface ChartOptions {
  readonly title: string;
  readonly xTitle: string;
  readonly yTitle: string;
  readonly curves: readonly Curve[];
}

const WIDTH = 920;
const HEIGHT = 460;
/** The axes' place; names of the curves stand to the right of it. */
const FRAME = { left: 64, right: 600, top: 56, bottom: 396 };
const LABEL_DISTANCE = 18;

/** Told apart also by people who see few colours; dark pages get lighter ones. After Okabe and Ito. */
const COLOURS = [
  { light: '#0072b2', dark: '#56b4e9' },
  { light: '#6b6b6b', dark: '#a8a8a8' },
  { light: '#a8670a', dark: '#e69f00' },
  { light: '#b0368c', dark: '#e39ac6' },
  { light: '#007a5a', dark: '#2bc79c' },
  { light: '#c04a00', dark: '#ff8a4c' },
  { light: '#8c2d2d', dark: '#f08080' },
  { light: '#4d6600', dark: '#a3c644' },
];

/**
 * Lines over a linear axis to the right and a logarithmic one upwards, as an SVG that fits light and dark pages. Each
 * line has its name at its end.
 *
 * @throws RangeError when there is no point.
 */
export function lineChart({ title, xTitle, yTitle, curves }: ChartOptions): string {
  const drawn = curves.filter(({ points }) => points.length > 0);
  const points = drawn.flatMap((curve) => curve.points);
  if (points.length === 0) throw new RangeError(`nothing to draw for "${title}"`);
  const xs = points.map(({ x }) => x);
  const ys = points.map(({ y }) => y);
  const x = linearScale(Math.max(...xs), FRAME.left, FRAME.right);
  const y = logScale(Math.min(...ys), Math.max(...ys), FRAME.bottom, FRAME.top);
  const ends = drawn.map((curve) => y.place((curve.points.at(-1) as { y: number }).y));
  const labels = apart(ends, LABEL_DISTANCE);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" role="img" aria-label="${escapeMarkup(title)}">`,
    style(drawn.length),
    `<text class="title" x="${FRAME.left}" y="28">${escapeMarkup(title)}</text>`,
    ...axes(x, y, xTitle, yTitle),
    ...drawn.flatMap((curve, i) => curveMarks(curve, i, x, y, labels[i] as number)),
    '</svg>',
    '',
  ].join('\n');
}

function style(curves: number): string {
  const of = (theme: 'light' | 'dark'): string =>
    COLOURS.map((colour, i) => `.c${i}{stroke:${colour[theme]};fill:${colour[theme]}}`)
      .slice(0, curves)
      .join('');
  return `<style>
text{font:13px system-ui,-apple-system,"Segoe UI","DejaVu Sans",sans-serif;fill:#24292f;stroke:none}
.title{font-weight:600;font-size:15px}.grid{stroke:#d0d7de;stroke-width:1}
polyline{fill:none!important;stroke-width:2.25;stroke-linejoin:round}.lead{stroke-width:1;opacity:.6}
.name{font-weight:600;stroke:none!important}
${of('light')}
@media (prefers-color-scheme: dark){text{fill:#d1d7e0}.grid{stroke:#3d444d}${of('dark')}}
</style>`;
}

function axes(x: Scale, y: Scale, xTitle: string, yTitle: string): readonly string[] {
  const { left, right, top, bottom } = FRAME;
  return [
    ...y.marks.map((mark) => {
      const at = round(y.place(mark));
      return `<line class="grid" x1="${left}" x2="${right}" y1="${at}" y2="${at}"/><text x="${left - 8}" y="${at + 4}" text-anchor="end">${mark}</text>`;
    }),
    ...x.marks.map((mark) => {
      const at = round(x.place(mark));
      return `<line class="grid" x1="${at}" x2="${at}" y1="${bottom}" y2="${bottom + 5}"/><text x="${at}" y="${bottom + 20}" text-anchor="middle">${mark}</text>`;
    }),
    `<text x="${(left + right) / 2}" y="${bottom + 44}" text-anchor="middle">${escapeMarkup(xTitle)}</text>`,
    `<text x="${left - 8}" y="${top - 12}" text-anchor="end">${escapeMarkup(yTitle)}</text>`,
  ];
}

function curveMarks(
  { name, points }: Curve,
  index: number,
  x: Scale,
  y: Scale,
  label: number,
): readonly string[] {
  const colour = `c${index % COLOURS.length}`;
  const places = points.map((point) => ({ x: round(x.place(point.x)), y: round(y.place(point.y)) }));
  const end = places.at(-1) as { x: number; y: number };
  const at = FRAME.right + 28;
  return [
    `<polyline class="${colour}" points="${places.map((place) => `${place.x},${place.y}`).join(' ')}"/>`,
    ...places.map((place) => `<circle class="${colour}" cx="${place.x}" cy="${place.y}" r="3.5"/>`),
    `<line class="lead ${colour}" x1="${end.x + 6}" y1="${end.y}" x2="${at - 5}" y2="${round(label)}"/>`,
    `<text class="name ${colour}" x="${at}" y="${round(label) + 4}">${escapeMarkup(name)}</text>`,
  ];
}

function round(place: number): number {
  return Math.round(place * 10) / 10;
}

function escapeMarkup(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
