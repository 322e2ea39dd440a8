import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Emulator } from '../../../test/support/emulator.ts';
import { Screen } from './screen.ts';

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
