import { type Shell, sh } from '../../shell/quote.ts';

/** Prints the first line of one of the kernel's files, which starts no process; where it cannot, what `otherwise` says. */
export function firstLine(path: string, otherwise: Shell): Shell {
  return sh`if { IFS= read -r line <${path}; } 2>/dev/null; then printf '%s\\n' "$line"; else ${otherwise}; fi`;
}
