import { drawCut, line, span } from '../line.ts';
import type { Style } from '../style.ts';
import { Screen, type Terminal } from './screen.ts';

const FRAME_TIME = 100;

/**
 * One line with a spinner while there is no host to show yet. It is drawn at once, as what follows may keep
 * the process too busy to draw. Returns what takes it away.
 */
export function showBusy(text: string, terminal: Terminal, style: Style): () => void {
  const screen = new Screen(terminal);
  const started = performance.now();
  const { spinner } = style.symbols;
  const draw = (): void => {
    const sign = spinner[Math.floor((performance.now() - started) / FRAME_TIME) % spinner.length] ?? '';
    const row = line(span(`${sign} `, 'place'), span(text, 'dim'));
    screen.draw([], [drawCut(row, { ...style, width: screen.columns - 1 })]);
  };
  draw();
  const timer = setInterval(draw, FRAME_TIME);
  const stop = (): void => {
    clearInterval(timer);
    process.removeListener('exit', stop);
    screen.close();
  };
  process.once('exit', stop);
  return stop;
}
