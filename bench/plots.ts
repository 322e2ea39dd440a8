/** Draws docs/images/performance-*.svg from bench/results/latest.json: `npm run bench:plots [-- RESULTS.json]`. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Curve, lineChart } from './plot/line-chart.ts';
import type { Results, Series } from './report/results.ts';
import { readResults } from './report/save.ts';

const IMAGES = fileURLToPath(new URL('../docs/images/', import.meta.url));

/** Points of one contestant may come from several parts. */
function curvesOf({ parts }: Results, plot: Series['plot']): readonly Curve[] {
  const all = parts.flatMap(({ series = [] }) => series).filter((series) => series.plot === plot);
  const names = [...new Set(all.map(({ name }) => name))];
  return names.map((name) => ({
    name: name.replaceAll('`', ''),
    points: all
      .filter((series) => series.name === name)
      .flatMap(({ points }) => points.map(({ x, seconds }) => ({ x, y: seconds })))
      .sort((a, b) => a.x - b.x),
  }));
}

function draw(file: string, title: string, xTitle: string, curves: readonly Curve[]): void {
  if (curves.length === 0) {
    console.error(`${file}: nothing was measured for it`);
    return;
  }
  mkdirSync(IMAGES, { recursive: true });
  writeFileSync(join(IMAGES, file), lineChart({ title, xTitle, yTitle: 'seconds', curves }));
  console.error(`${file}: ${curves.length} curves`);
}

const results = readResults(process.argv[2]);
draw(
  'performance-hosts.svg',
  'playbooks/go.yml, converged: time against hosts',
  'hosts, all on the controller’s own machine',
  curvesOf(results, 'hosts'),
);
draw(
  'performance-latency.svg',
  'One host far away: time against latency',
  'round trip, milliseconds',
  curvesOf(results, 'latency'),
);
