import { drawCut, type Line } from '../line.ts';
import type { Style } from '../style.ts';
import { frame } from './frame.ts';
import type { ProgressModel } from './model.ts';
import { Screen, type Terminal } from './screen.ts';

export interface LiveOptions {
  readonly model: ProgressModel;
  readonly terminal: Terminal;
  readonly style: Style;
  /** Lines that are to stay; emptied at every frame. */
  readonly durable: Line[];
  readonly now: () => number;
  /** Milliseconds between two frames. */
  readonly frameTime: number;
}

/**
 * A renderer for listr2 that draws the model, not listr2's tasks: its own default renderer draws every task
 * at every change, which is quadratic in the number of hosts and stops everything else for a minute at 500.
 */
export class LiveRenderer {
  static readonly nonTTY = false;
  static readonly rendererOptions: LiveOptions;
  static readonly rendererTaskOptions: never;
  readonly #options: LiveOptions;
  readonly #screen: Screen;
  #timer: NodeJS.Timeout | undefined;

  constructor(_tasks: unknown, options: LiveOptions) {
    this.#options = options;
    this.#screen = new Screen(options.terminal);
  }

  readonly render = (): void => {
    this.#timer = setInterval(() => this.#draw(), this.#options.frameTime);
    // A crash elsewhere must not leave a terminal without a cursor.
    process.once('exit', this.end);
  };

  readonly end = (): void => {
    if (this.#timer === undefined) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
    process.removeListener('exit', this.end);
    this.#screen.close(this.#takeDurable());
  };

  #draw(): void {
    const { model, now, style } = this.#options;
    const width = this.#screen.columns - 1;
    this.#screen.draw(this.#takeDurable(), frame(model, now(), this.#screen.rows, { ...style, width }));
  }

  #takeDurable(): readonly string[] {
    // Cut, not wrapped: the summary has every message whole.
    const style = { ...this.#options.style, width: this.#screen.columns };
    return this.#options.durable.splice(0).map((one) => drawCut(one, style));
  }
}
