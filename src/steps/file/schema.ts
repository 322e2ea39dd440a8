import type { JsonSchema } from '../../engine/step-kind.ts';
import { GROUP, MODE, OWNER, PATH, type Presence, presence } from '../common-schema.ts';

/** Arguments of the `file` step. At most one of `content`, `src` and `template`. */
export interface FileArgs {
  readonly path: string;
  readonly content?: string;
  readonly src?: string;
  readonly template?: string;
  readonly mode?: string;
  readonly owner?: string;
  readonly group?: string;
  readonly state?: Presence;
}

const SOURCES = ['content', 'src', 'template'] as const;

export const schema: JsonSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['path'],
  properties: {
    path: PATH,
    content: {
      type: 'string',
      description: 'The whole content of the file, exactly as it is to be there, final newline included.',
      examples: ['net.ipv4.ip_forward = 0\n'],
    },
    src: {
      type: 'string',
      minLength: 1,
      description:
        "A file on the controller (at most 1 MiB) whose bytes are the content; relative to the playbook's folder.",
      examples: ['files/motd'],
    },
    template: {
      type: 'string',
      minLength: 1,
      description:
        "A Liquid template on the controller that gives the content, with the step's variables and facts; relative to the playbook's folder.",
      examples: ['templates/daemon.json.liquid'],
    },
    mode: MODE,
    owner: OWNER,
    group: GROUP,
    state: presence('`absent` removes the file.'),
  },
  dependentSchemas: Object.fromEntries(
    SOURCES.map((source) => [
      source,
      { properties: Object.fromEntries(SOURCES.filter((one) => one !== source).map((one) => [one, false])) },
    ]),
  ),
};
