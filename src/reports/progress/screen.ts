import { textWidth } from '../../documents/text-width.ts';

/** The part of a terminal that a live display needs. */
export interface Terminal {
  readonly columns?: number;
  readonly rows?: number;
  write(text: string): unknown;
}

const HIDE_CURSOR = '\x1b[?25l';
const SHOW_CURSOR = '\x1b[?25h';
const CLEAR_BELOW = '\x1b[J';
/** Terminals that know it show a frame at once (DEC mode 2026); others ignore it. */
const BEGIN = '\x1b[?2026h';
const END = '\x1b[?2026l';

/**
 * Draws a frame at the bottom of a terminal, again and again in the same place, with durable lines scrolling
 * away above it. Every update is one write.
 */
export class Screen {
  readonly #terminal: Terminal;
  /** The widths of the rows that stand there now. */
  #drawn: readonly number[] = [];
  #hidden = false;

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  get columns(): number {
    return this.#terminal.columns || 80;
  }

  get rows(): number {
    return this.#terminal.rows || 24;
  }

  /** Writes durable lines and then the frame. Frame rows must be narrower than the terminal. */
  draw(durable: readonly string[], frame: readonly string[]): void {
    const above = durable.map((text) => `${text}\n`).join('');
    const below = frame.map((text) => `${text}\n`).join('');
    this.#terminal.write(`${BEGIN}${this.#hidden ? '' : HIDE_CURSOR}${this.#erase()}${above}${below}${END}`);
    this.#hidden = true;
    this.#drawn = frame.map((text) => textWidth(text.replace(/\x1b\[[0-9;]*m/g, '')));
  }

  /** Takes the frame away and gives the cursor back. */
  close(durable: readonly string[] = []): void {
    const above = durable.map((text) => `${text}\n`).join('');
    this.#terminal.write(`${this.#erase()}${above}${this.#hidden ? SHOW_CURSOR : ''}`);
    this.#hidden = false;
    this.#drawn = [];
  }

  /** After the terminal was made narrower, a row of the last frame takes several. */
  #erase(): string {
    const { columns } = this;
    const rows = this.#drawn.reduce((sum, width) => sum + Math.max(1, Math.ceil(width / columns)), 0);
    return rows === 0 ? '' : `\r\x1b[${rows}A${CLEAR_BELOW}`;
  }
}
