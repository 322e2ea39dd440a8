import type { JsonSchema } from '../../engine/step-kind.ts';
import { GROUP, OWNER, PATH } from '../common-schema.ts';
import { SHA256 } from '../upload/schema.ts';

/** Arguments of the `extract` step. */
export interface ExtractArgs {
  readonly src?: string;
  readonly archive?: string;
  readonly dest: string;
  readonly strip?: number;
  readonly link?: string;
  readonly owner?: string;
  readonly group?: string;
  readonly sha256?: string;
  readonly keep?: readonly string[];
  readonly deep?: boolean;
}

export const schema: JsonSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['dest'],
  anyOf: [{ required: ['src'] }, { required: ['archive'] }],
  properties: {
    src: {
      ...PATH,
      description:
        'The archive on the host, brought by an earlier "upload" step. Without it the archive is unpacked straight from the controller and takes no space on the host.',
      examples: ['/var/lib/artifacts/go1.26.1.linux-amd64.tar.gz'],
    },
    archive: {
      type: 'string',
      minLength: 1,
      description:
        'The archive on the controller; relative to the playbook\'s folder. Only needed when no earlier "upload" step of the playbook brings it.',
      examples: ['artifacts/go1.26.1.linux-amd64.tar.gz'],
    },
    dest: {
      ...PATH,
      description:
        'The directory that is to hold what is in the archive, and nothing else. It is made; the directory above it must be there.',
      examples: ['/usr/local/go-1.26.1'],
    },
    strip: {
      type: 'integer',
      minimum: 0,
      maximum: 20,
      default: 0,
      description: 'How many leading directories of the names in the archive are left away.',
      examples: [1],
    },
    link: {
      ...PATH,
      description:
        'A symbolic link to `dest`, switched in one rename after the tree is in place. It lies outside `dest`.',
      examples: ['/usr/local/go'],
    },
    owner: {
      ...OWNER,
      description: 'Owner of everything in the tree, by name. Default: the acting user (root with "become").',
    },
    group: {
      ...GROUP,
      description: "Group of everything in the tree, by name. Default: the owner's primary group.",
    },
    sha256: {
      ...SHA256,
      description:
        'The SHA-256 that the archive must have on the controller, compared before any host is connected to.',
    },
    keep: {
      type: 'array',
      items: {
        type: 'string',
        pattern: '^(?!/)(?!(?:.*/)?\\.{1,2}(?:/|$))(?!.*//)[^\\n]*[^/\\n]$',
        description: 'A path relative to `dest`.',
      },
      uniqueItems: true,
      description:
        'Files and directories below `dest` that are not compared with the archive, and that are carried over when the tree is replaced.',
      examples: [['logs', 'config/local.yml']],
    },
    deep: {
      type: 'boolean',
      description:
        'Compare every file by SHA-256, not only by size, time, mode and owner. Default: as the run (`--deep`).',
      examples: [true],
    },
  },
};
