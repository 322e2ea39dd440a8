import { createReadStream } from 'node:fs';
import type { Diagnostic } from '../documents/diagnostic.ts';
import { fileProblem } from '../documents/file-problem.ts';
import { createStreams, type MergedRun, mergeRuns, type StreamContent } from '../reports/merge/index.ts';
import type { OutputArguments } from './arguments.ts';
import { showDiagnostics } from './diagnostics.ts';
import { writeSummary } from './display.ts';
import { EXIT, exitCodeOf } from './exit-code.ts';
import { offlineDiagnostics } from './offline-problems.ts';
import { Output } from './output.ts';
import { readLines } from './read-lines.ts';
import { UsageError } from './usage.ts';

export interface MergeArguments {
  /** Files of events; `-` is standard input. */
  readonly files: readonly string[];
  readonly output: OutputArguments;
}

/** Tells of several parts as of one run; resolves with the exit code that it would have given. */
export async function mergeReports({ files, output: shown }: MergeArguments): Promise<number> {
  const output = new Output(process.stdout);
  const open = createStreams(shown.json);
  const streams: StreamContent[] = [];
  const unreadable: Diagnostic[] = [];
  for (const file of files) {
    const stream = open(file === '-' ? 'standard input' : file);
    try {
      for await (const line of readLines(file === '-' ? process.stdin : createReadStream(file)))
        stream.line(line);
      streams.push(stream.end());
    } catch (error) {
      unreadable.push(fileProblem(error, file));
    }
  }
  const merged = unreadable.length > 0 ? ({ ok: false, wrong: unreadable } as const) : mergeRuns(streams);
  if (!merged.ok) {
    showDiagnostics(merged.wrong, shown, output.line);
    return EXIT.error;
  }
  const { run } = merged;
  if (shown.diff && !run.diffs) {
    throw new UsageError(
      'how texts differ is not in these streams',
      'run every part with --diff, or leave --diff out here',
    );
  }
  showDiagnostics(
    [...run.diagnostics, ...offlineDiagnostics(run.offline), ...run.problems],
    shown,
    output.line,
  );
  if (shown.json) await writeStream(run, output);
  else if (run.report !== undefined) await writeSummary(run.report, output, shown);
  return exitCodeOfMerged(run);
}

function exitCodeOfMerged({ report, origin, refused }: MergedRun): number {
  if (refused) return EXIT.error;
  return report === undefined
    ? EXIT.interrupted
    : exitCodeOf(report, origin?.options.detailedExitCode === true);
}

async function writeStream({ report, steps, origin, lines }: MergedRun, output: Output): Promise<void> {
  if (report === undefined) return;
  const { jsonLinesReport } = await import('../reports/json-lines.ts');
  const tell = jsonLinesReport({ write: output.line, diff: false, now: () => new Date().toISOString() });
  const hosts = report.hosts.map(({ host }) => host);
  tell({ type: 'run-started', mode: report.mode, hosts, steps, ...(origin === undefined ? {} : { origin }) });
  for (const line of lines) output.line(line);
  tell({ type: 'run-finished', report });
}
