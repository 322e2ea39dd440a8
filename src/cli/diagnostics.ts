import type { Diagnostic } from '../documents/diagnostic.ts';
import { formatDiagnostics, sortDiagnostics } from '../documents/format.ts';
import type { OutputArguments } from './arguments.ts';
import { colorWanted } from './terminal.ts';

/** Shows diagnostics on standard error; with `--json` also as events. Says how many errors there are. */
export function showDiagnostics(
  diagnostics: readonly Diagnostic[],
  output: OutputArguments,
  writeJson: (line: string) => void,
): void {
  if (diagnostics.length === 0) return;
  if (output.json) for (const one of sortDiagnostics(diagnostics)) writeJson(JSON.stringify(toJson(one)));
  const color = colorWanted(process.stderr, !output.color);
  process.stderr.write(
    `${formatDiagnostics(diagnostics, { color, width: process.stderr.columns || 100 })}\n`,
  );
}

function toJson({ severity, code, message, file, range, hint }: Diagnostic): object {
  return {
    event: 'diagnostic',
    severity,
    code,
    message,
    ...(file === undefined ? {} : { file }),
    ...(range === undefined ? {} : { line: range.start.line, column: range.start.column }),
    ...(hint === undefined ? {} : { hint }),
  };
}
