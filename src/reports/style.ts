import pico from 'picocolors';

/** How text may look where it goes: decided once, from the terminal and the user's wishes. */
export interface Style {
  readonly color: boolean;
  readonly symbols: Symbols;
  /** Columns; `Infinity` where lines are not cut or wrapped (files, pipes). */
  readonly width: number;
}

export interface Symbols {
  readonly arrow: string;
  readonly cut: string;
  readonly dot: string;
  readonly good: string;
  readonly bad: string;
  readonly changed: string;
  readonly minus: string;
  readonly spinner: readonly string[];
}

const UNICODE: Symbols = {
  arrow: '→',
  cut: '…',
  dot: '·',
  good: '✓',
  bad: '✗',
  changed: '●',
  minus: '−',
  spinner: ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'],
};

const ASCII: Symbols = {
  arrow: '->',
  cut: '...',
  dot: '-',
  good: 'ok',
  bad: 'x',
  changed: '*',
  minus: '-',
  spinner: ['|', '/', '-', '\\'],
};

export interface StyleOptions {
  readonly color?: boolean;
  /** Whether the terminal's character set has more than ASCII. Default true. */
  readonly unicode?: boolean;
  readonly width?: number;
}

export function createStyle({ color = false, unicode = true, width = Infinity }: StyleOptions = {}): Style {
  return { color, symbols: unicode ? UNICODE : ASCII, width };
}

/** What a piece of text means; the colour follows from it. */
export type Tone = 'strong' | 'dim' | 'good' | 'changed' | 'bad' | 'added' | 'removed' | 'place';

/** A text in the colour of its tone. */
export function paint(text: string, tone: Tone | undefined, style: Style): string {
  if (tone === undefined || text === '') return text;
  const colors = style.color ? COLORS : PLAIN;
  switch (tone) {
    case 'strong':
      return colors.bold(text);
    case 'dim':
      return colors.dim(text);
    case 'good':
    case 'added':
      return colors.green(text);
    case 'changed':
      return colors.yellow(text);
    case 'bad':
    case 'removed':
      return colors.red(text);
    case 'place':
      return colors.cyan(text);
  }
}

const COLORS = pico.createColors(true);
const PLAIN = pico.createColors(false);
