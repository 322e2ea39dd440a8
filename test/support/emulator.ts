/** As much of a terminal as a display uses: text with wrapping, line feeds, cursor up, clear below. */
export class Emulator {
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
