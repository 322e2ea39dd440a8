import type { CommandModule } from 'yargs';
import type { RawArguments } from './argument-values.ts';
import { examples, LOCAL_EXIT_CODES } from './examples.ts';
import { readSecrets } from './host-arguments.ts';
import { commonOptions, SECRETS_COMMANDS } from './options.ts';
import { secretOptions, secretsOptions } from './secret-options.ts';
import { UsageError, unknownWord } from './usage.ts';

/** `provision secrets ACTION FILE…`: encrypted files, for people. */
export function secretsCommand(done: (code: number) => void): CommandModule {
  return {
    command: 'secrets [action] [files..]',
    describe: 'Edit, view, encrypt, decrypt and rekey files of secrets, and make keys',
    builder: (yargs) =>
      yargs
        .positional('action', { type: 'string', describe: `One of ${SECRETS_COMMANDS.join(', ')}` })
        .positional('files', { type: 'string', array: true, describe: 'Files, encrypted or to be' })
        .options({ ...secretsOptions, ...secretOptions, 'no-color': commonOptions['no-color'] })
        .epilogue(
          examples(
            [
              ['provision secrets keygen', 'Make a key, and print its recipient'],
              ['provision secrets edit group_vars/db.yml.age', 'In $VISUAL or $EDITOR'],
              ['provision secrets encrypt vars/tls.yml -r age1… -r age1…', 'For two keys'],
              ['provision secrets rekey group_vars/*.age', 'For whom .provision-recipients names now'],
            ],
            LOCAL_EXIT_CODES,
          ),
        ),
    handler: async (raw) => {
      const action = readAction(raw);
      const files = ((raw.files ?? []) as readonly string[]).map(String);
      const { output } = raw as { readonly output?: string };
      check(action, files, output);
      const { runSecrets } = await import('./run-secrets.ts');
      done(
        await runSecrets({
          action,
          files,
          recipients: [raw.recipient ?? []].flat().map(String),
          passphrase: raw.passphrase === true,
          secrets: readSecrets(raw),
          color: raw['no-color'] !== true,
          ...(output === undefined ? {} : { output }),
        }),
      );
    },
  };
}

export type SecretsAction = (typeof SECRETS_COMMANDS)[number];

function readAction({ action }: RawArguments): SecretsAction {
  if (action === undefined) {
    throw new UsageError(
      'provision secrets needs to be told what to do',
      `it can ${SECRETS_COMMANDS.join(', ')}: provision secrets edit group_vars/db.yml.age`,
    );
  }
  const known = SECRETS_COMMANDS.find((one) => one === action);
  if (known === undefined) throw unknownWord('secrets', String(action), SECRETS_COMMANDS);
  return known;
}

function check(action: SecretsAction, files: readonly string[], output: string | undefined): void {
  if (action === 'keygen') {
    if (files.length > 0)
      throw new UsageError('keygen takes no files', 'say where the key goes: --output FILE');
    return;
  }
  if (files.length === 0) {
    throw new UsageError(
      'no file is given',
      `for example: provision secrets ${action} group_vars/db.yml.age`,
    );
  }
  if (files.includes(''))
    throw new UsageError('the name of a file is empty', 'is a variable of the shell not set?');
  const single = action === 'edit' || action === 'view';
  if (files.length > 1 && (single || output !== undefined)) {
    throw new UsageError(`only one file can be given to ${action}${single ? '' : ' with --output'}`);
  }
  if (output !== undefined && !['encrypt', 'decrypt'].includes(action)) {
    throw new UsageError(`secrets ${action} has no --output`, 'it is for encrypt, decrypt and keygen');
  }
}
