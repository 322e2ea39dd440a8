import type { JsonSchema } from '../../engine/step-kind.ts';
import { GROUP, MODE, OWNER, PATH } from '../common-schema.ts';

/** Arguments of the `upload` step. */
export interface UploadArgs {
  readonly src: string;
  readonly dest: string;
  readonly sha256?: string;
  readonly mode?: string;
  readonly directory_mode?: string;
  readonly owner?: string;
  readonly group?: string;
}

export const SHA256: JsonSchema = {
  type: 'string',
  pattern: '^[0-9a-fA-F]{64}$',
  description: 'The SHA-256 that is expected, 64 hexadecimal digits.',
  examples: ['031f088e5d955bab8657ede27ad4e3bc5b7c1ba281f05f245bcc304f327c987a'],
};

export const schema: JsonSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['src', 'dest'],
  properties: {
    src: {
      type: 'string',
      minLength: 1,
      description: "A file or folder on the controller, of any size; relative to the playbook's folder.",
      examples: ['artifacts/go1.26.1.linux-amd64.tar.gz', 'files/motd.d'],
    },
    dest: {
      ...PATH,
      description:
        'Absolute path on the host. For a file: its full path, or a directory with a slash at the end, to which the name is appended. For a folder: the directory that is to hold what is in the folder.',
      examples: ['/var/lib/artifacts/go1.26.1.linux-amd64.tar.gz', '/var/lib/artifacts/'],
    },
    sha256: {
      ...SHA256,
      description:
        'The SHA-256 that the file must have on the controller. It is compared before any host is connected to; with another hash nothing is done anywhere. For files only.',
    },
    mode: {
      ...MODE,
      description:
        'Permissions of the file in octal, in quotes: "0644". When left out, an existing mode is kept and a new file gets "0644". For a folder: of every file in it; when left out "0755" for those that are executable on the controller, else "0644".',
    },
    directory_mode: {
      ...MODE,
      description:
        'Permissions of the directories, for a folder. When left out, existing ones are kept and new ones get "0755".',
      examples: ['0755'],
    },
    owner: OWNER,
    group: GROUP,
  },
};
