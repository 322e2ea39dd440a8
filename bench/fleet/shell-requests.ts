/**
 * Cuts what the tool sends to its long-lived shell into requests, as that shell does: a line with a length, then a
 * script of so many bytes (src/ssh/session/prelude.ts).
 */
export class ShellRequests {
  readonly #onRequest: (script: string) => void;
  #buffer: Buffer = Buffer.alloc(0);

  constructor(onRequest: (script: string) => void) {
    this.#onRequest = onRequest;
  }

  /** @throws RangeError when what arrives is no request: the bytes of a file, or nothing that the tool would send. */
  push(chunk: Buffer): void {
    this.#buffer = this.#buffer.length === 0 ? chunk : Buffer.concat([this.#buffer, chunk]);
    for (;;) {
      const lineEnd = this.#buffer.indexOf(0x0a);
      if (lineEnd < 0) return;
      const line = this.#buffer.toString('latin1', 0, lineEnd);
      if (!/^[1-9]\d{0,8}$/.test(line)) throw new RangeError('what came in is no length of a script');
      const end = lineEnd + 1 + Number(line);
      if (this.#buffer.length < end) return;
      const script = this.#buffer.toString('latin1', lineEnd + 1, end);
      this.#buffer = this.#buffer.subarray(end);
      this.#onRequest(script);
    }
  }
}
