import type { JsonSchema } from '../../engine/step-kind.ts';
import { GROUP, MODE, OWNER, PATH } from '../common-schema.ts';

/** Arguments of the `file` step. */
export interface FileArgs {
  readonly path: string;
  readonly content?: string;
  readonly src?: string;
  readonly template?: string;
  readonly mode?: string;
  readonly owner?: string;
  readonly group?: string;
  readonly state?: 'present' | 'absent';
}

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
    mode: MODE,
    owner: OWNER,
    group: GROUP,
    state: {
      enum: ['present', 'absent'],
      default: 'present',
      description: '`absent` removes the file.',
      examples: ['absent'],
    },
  },
};
