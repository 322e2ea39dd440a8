import { readFileSync } from 'node:fs';
import yargs, { type Argv, type CommandModule } from 'yargs';
import { applyCommand } from './apply.ts';
import { checkWords } from './check-words.ts';
import { answerShell, completionCommand } from './completion.ts';
import { driftCommand } from './drift.ts';
import { reportTrouble } from './errors.ts';
import { factsCommand } from './facts.ts';
import { asksForHelp, nameValues } from './help-values.ts';
import { inventoryCommand } from './inventory.ts';
import { lintCommand } from './lint.ts';
import { mergeCommand, reportCommand } from './report.ts';
import { secretsCommand } from './secrets.ts';
import { explainUsage, UsageError } from './usage.ts';

/**
 * Runs one command line and resolves with the exit code. Nothing of SSH, schemas or YAML is loaded before a
 * command needs it, so that help and completion answer at once.
 */
export async function runCli(args: readonly string[]): Promise<number> {
  let code = 0;
  const done = (result: number): void => {
    code = result;
  };
  let chosen: (() => Promise<void>) | undefined;
  const choose = (work: () => Promise<void>): never => {
    chosen = work;
    throw new Chosen();
  };
  const plain = withoutTypes(yargs([...args]));
  const parser = (asksForHelp(args) ? nameValues(plain) : plain)
    .scriptName('provision')
    .locale('en')
    .parserConfiguration({
      'boolean-negation': false,
      // Or it would take `---dry-run` and `--dryRun=yes` for options, and apply.
      'camel-case-expansion': false,
      'dot-notation': false,
      'parse-numbers': false,
    })
    .usage('$0 [command] -i INVENTORY PLAYBOOK… [options]\n\nBrings servers to a described state over SSH.')
    .command(chosenBy(applyCommand(done), choose))
    .command(chosenBy(driftCommand(done), choose))
    .command(chosenBy(lintCommand(done), choose))
    .command(chosenBy(factsCommand(done), choose))
    .command(chosenBy(inventoryCommand(done), choose))
    .command(chosenBy(reportCommand(chosenBy(mergeCommand(done), choose)), choose))
    .command(chosenBy(secretsCommand(done), choose))
    .command(chosenBy(completionCommand(), choose))
    .strict()
    .wrap(Math.min(110, process.stdout.columns || 80))
    .alias('h', 'help')
    .version(version())
    .exitProcess(false)
    .showHelpOnFail(false)
    .fail((message, error) => {
      if (error instanceof UsageError) throw error;
      if (message && (!error || error.name === 'YError')) throw explainUsage(message, args);
      throw error ?? new Error(message);
    });
  try {
    if (await answerShell(args)) return 0;
    checkWords(args);
    await parse(parser);
    await chosen?.();
    return code;
  } catch (error) {
    return reportTrouble(error, args);
  }
}

/** Ends the parsing. */
class Chosen extends Error {}

async function parse(parser: Argv): Promise<void> {
  try {
    await parser.parseAsync();
  } catch (error) {
    if (!(error instanceof Chosen)) throw error;
  }
}

/**
 * The command is begun when the parsing has ended, by an exception: a named command whose handler returns makes yargs
 * lay out its help, seen or not, which takes longer than most commands.
 */
function chosenBy(command: CommandModule, choose: (work: () => Promise<void>) => never): CommandModule {
  return { ...command, handler: (raw) => choose(async () => command.handler(raw)) };
}

/** Help without `[string]` after every option; @types/yargs does not know the method yet. */
function withoutTypes(parser: Argv): Argv {
  interface Configurable {
    usageConfiguration(options: { readonly 'hide-types': boolean }): Argv;
  }
  return (parser as unknown as Configurable).usageConfiguration({ 'hide-types': true });
}

function version(): string {
  const file = new URL('../../package.json', import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}
