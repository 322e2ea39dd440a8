/** A mode as `stat` gives it: four digits. Spread into a wanted state. */
export function normalMode(mode: string | undefined): { readonly mode?: string } {
  return mode === undefined ? {} : { mode: mode.padStart(4, '0') };
}
