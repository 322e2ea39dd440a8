import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Screen } from './screen.ts';

/** As much of a terminal as a display uses: text with wrapping, line feeds, cursor up, clear below. */
class Emulator {
  columns = 20;
  rows = 24;
  cursorShown = true;
  #lines: string[] = [''];
  #row = 0;
  #column = 0;

  get text(): string {
    return this.#lines.join('\n').trimEnd();
  }

  write(text: string): void {
    for (const [token] of text.matchAll(/\x1b\[[?0-9;]*[A-Za-z]|[\s\S]/g)) {
      if (token === '\x1b[?25l') this.cursorShown = false;
      else if (token === '\x1b[?25h') this.cursorShown = true;
      else if (token === '\x1b[J') this.#clearBelow();
      else if (/^\x1b\[\d+A$/.test(token))
        this.#row = Math.max(0, this.#row - Number.parseInt(token.slice(2), 10));
      else if (token === '\r') this.#column = 0;
      else if (token === '\n') this.#newLine();
      else if (!token.startsWith('\x1b')) this.#put(token);
    }
  }

  /** Narrower: what does not fit goes to the next row, as most terminals do it. */
  resize(columns: number): void {
    const above = this.#lines.length - this.#row;
    this.#lines = this.#lines.flatMap((line) =>
      line === '' ? [''] : (line.match(new RegExp(`.{1,${columns}}`, 'g')) ?? []),
    );
    this.#row = this.#lines.length - above;
    this.columns = columns;
  }

  #put(character: string): void {
    if (this.#column >= this.columns) this.#newLine();
    const line = this.#lines[this.#row] ?? '';
    this.#lines[this.#row] =
      line.slice(0, this.#column).padEnd(this.#column) + character + line.slice(this.#column + 1);
    this.#column += 1;
  }

  #newLine(): void {
    this.#row += 1;
    this.#column = 0;
    if (this.#row === this.#lines.length) this.#lines.push('');
  }

  #clearBelow(): void {
    this.#lines.length = this.#row + 1;
    this.#lines[this.#row] = (this.#lines[this.#row] ?? '').slice(0, this.#column);
  }
}

test('durable lines stay in order, the frame is replaced, and in the end it is gone', () => {
  const row = fc.stringMatching(/^[a-z]{1,19}$/);
  const draw = fc.record({
    durable: fc.array(row, { maxLength: 3 }),
    frame: fc.array(row, { maxLength: 5 }),
    columns: fc.integer({ min: 5, max: 20 }),
  });
  fc.assert(
    fc.property(fc.array(draw, { minLength: 1, maxLength: 8 }), (draws) => {
      const terminal = new Emulator();
      const screen = new Screen(terminal);
      let kept: string[] = [];
      for (const { durable, frame, columns } of draws) {
        const width = Math.min(columns, terminal.columns);
        if (width < terminal.columns) {
          terminal.resize(width);
          kept = kept.flatMap((line) => line.match(new RegExp(`.{1,${width}}`, 'g')) ?? []);
        }
        const fits = (lines: string[]): string[] => lines.map((line) => line.slice(0, width - 1));
        screen.draw(fits(durable), fits(frame));
        kept.push(...fits(durable));
        expect(terminal.text).toBe([...kept, ...fits(frame)].join('\n'));
      }
      screen.close();
      expect(terminal.text).toBe(kept.join('\n'));
      expect(terminal.cursorShown).toBe(true);
    }),
  );
});

test('the cursor is hidden while something is drawn, and given back', () => {
  const terminal = new Emulator();
  const screen = new Screen(terminal);
  screen.draw([], ['one']);
  expect(terminal.cursorShown).toBe(false);
  screen.close(['kept']);
  expect(terminal.cursorShown).toBe(true);
  expect(terminal.text).toBe('kept');
});
