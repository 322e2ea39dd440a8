import { basename } from 'node:path';
import type { CommandModule } from 'yargs';
import { ASK, SCRIPTS, SHELLS } from './completion-script.ts';
import { complete } from './completion-words.ts';
import { examples } from './examples.ts';
import { UsageError } from './usage.ts';

/** `provision completion`: what makes a shell complete the words of `provision`. */
export function completionCommand(): CommandModule {
  return {
    command: 'completion [shell]',
    describe: 'Print a completion script for bash or zsh',
    builder: (yargs) =>
      yargs
        .positional('shell', { type: 'string', describe: 'bash or zsh (that of $SHELL, else bash)' })
        .epilogue(
          examples([
            ['provision completion bash >>~/.bashrc', 'For every bash from now on'],
            ['provision completion zsh >>~/.zshrc', 'For zsh; compinit must have been called before'],
          ]),
        ),
    handler: async (raw) => {
      const own = basename(process.env.SHELL ?? '') === 'zsh' ? 'zsh' : 'bash';
      const wanted = raw.shell ?? own;
      const shell = SHELLS.find((one) => one === wanted);
      if (shell === undefined) {
        throw new UsageError(
          `there is no completion script for "${wanted}"`,
          `there is ${SHELLS.join(' and ')}`,
        );
      }
      process.stdout.write(SCRIPTS[shell]);
    },
  };
}

/** Answers a shell that asks by the script; whether this was such a question. */
export async function answerShell(args: readonly string[]): Promise<boolean> {
  if (args[0] !== ASK) return false;
  const { words, files, facts } = complete(args.slice(1));
  const found = facts === undefined ? words : await factWords();
  const lines = found.map(({ word, describe }) => `${word}\t${describe}`);
  process.stdout.write(`${[files ? 'files' : 'words', ...lines].join('\n')}\n`);
  return true;
}

async function factWords(): Promise<ReturnType<typeof complete>['words']> {
  const { FACTS } = await import('../looks/facts/index.ts');
  return [...FACTS.values()].map(({ name, summary }) => ({ word: name, describe: summary }));
}
