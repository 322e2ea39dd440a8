import { setFlagsFromString } from 'node:v8';

/** Bytes of bytecode that a function runs before V8 thinks of it; its own default is 67,584. */
const BUDGET = 1_000_000;

/**
 * Has V8 wait before it compiles once more, optimised, what runs often: that is done on other threads, and of a check of
 * half a second it took a quarter of the CPU. A check of ten times as many steps or hosts is no slower for it. For
 * commands that end soon: what runs for minutes earns the compiling back.
 */
export function optimiseLate(): void {
  setFlagsFromString(`--interrupt-budget=${BUDGET}`);
}
