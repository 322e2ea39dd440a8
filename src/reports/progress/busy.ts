import { drawCut, line, span } from '../line.ts';
import type { Style } from '../style.ts';
import { Screen, type Terminal } from './screen.ts';

const FRAME_TIME = 100;

export interface Busy {
  /** Takes it away for good; may be called again. */
  stop(): void;
  /** Takes it away until what is returned is called. */
  pause(): () => void;
}

/**
 * One line with a spinner while there is no host to show yet. It is drawn at once, as what follows may keep
 * the process too busy to draw.
 */
export function showBusy(text: string, terminal: Terminal, style: Style): Busy {
  const screen = new Screen(terminal);
  const started = performance.now();
  const { spinner } = style.symbols;
  const draw = (): void => {
    const sign = spinner[Math.floor((performance.now() - started) / FRAME_TIME) % spinner.length] ?? '';
    const row = line(span(`${sign} `, 'place'), span(text, 'dim'));
    screen.draw([], [drawCut(row, { ...style, width: screen.columns - 1 })]);
  };
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  const show = (): void => {
    if (stopped) return;
    draw();
    timer = setInterval(draw, FRAME_TIME);
  };
  const hide = (): void => {
    clearInterval(timer);
    screen.close();
  };
  const stop = (): void => {
    stopped = true;
    process.removeListener('exit', stop);
    hide();
  };
  process.once('exit', stop);
  show();
  return {
    stop,
    pause: () => {
      hide();
      return show;
    },
  };
}
