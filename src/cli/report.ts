import type { CommandModule } from 'yargs';
import { readOutput } from './arguments.ts';
import { examples } from './examples.ts';
import { commonOptions, mergeOptions } from './options.ts';
import { UsageError } from './usage.ts';

const EXAMPLES = [
  ['provision report merge part-*.jsonl', 'The report that one run would have made'],
  ['zcat part-*.jsonl.gz | provision report merge - --json', 'As one stream, for programs'],
] as const;

/** `provision report`: what can be done with what `--json` has written. */
export function reportCommand(merge: CommandModule): CommandModule {
  return {
    command: 'report',
    describe: 'Make one report of the parts of a run: report merge',
    builder: (yargs) => yargs.command(merge).epilogue(examples(EXAMPLES)),
    handler: async () => {
      throw new UsageError(
        'provision report needs to be told what to do',
        'put the streams of several parts together: provision report merge part-1.jsonl part-2.jsonl',
      );
    },
  };
}

/** `provision report merge FILE…`: one report and one exit code of several parts. */
export function mergeCommand(done: (code: number) => void): CommandModule {
  return {
    command: 'merge [files..]',
    describe: 'Make one report and one exit code of what the parts of a run wrote with --json',
    builder: (yargs) =>
      yargs
        .positional('files', {
          type: 'string',
          array: true,
          describe: 'What the parts wrote with --json; - is standard input',
        })
        .options({ ...mergeOptions, ...commonOptions })
        .epilogue(examples(EXAMPLES)),
    handler: async (raw) => {
      const files = (raw.files ?? []) as readonly string[];
      const { mergeReports } = await import('./run-merge.ts');
      done(await mergeReports({ files: readFiles(files), output: readOutput(raw) }));
    },
  };
}

function readFiles(files: readonly string[]): readonly string[] {
  if (files.length === 0) {
    throw new UsageError(
      'no stream of events is given',
      'name what the parts wrote with --json: provision report merge part-*.jsonl (- is standard input)',
    );
  }
  if (files.includes(''))
    throw new UsageError('the name of a file is empty', 'is a variable of the shell not set?');
  const again = files.find((file, at) => files.indexOf(file) < at);
  if (again !== undefined) throw new UsageError(`${again} is given twice`, 'give each part once');
  return files;
}
