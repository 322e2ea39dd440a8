import type { JsonSchema } from '../../engine/step-kind.ts';
import { PATH, type Presence, presence } from '../common-schema.ts';

/** Arguments of the `link` step. */
export interface LinkArgs {
  readonly path: string;
  readonly target?: string;
  readonly force?: boolean;
  readonly state?: Presence;
}

export const schema: JsonSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['path'],
  properties: {
    path: { ...PATH, description: 'Absolute path of the link on the host.', examples: ['/usr/local/go'] },
    target: {
      type: 'string',
      pattern: '^[^\\u0000\\n]+$',
      description:
        "Where it leads: an absolute path, or one relative to the link's directory. It need not exist.",
      examples: ['/usr/local/go-1.26.1', 'releases/42'],
    },
    force: {
      type: 'boolean',
      default: false,
      description: 'Replace a file that stands at the path. A directory is never replaced.',
      examples: [true],
    },
    state: presence('`absent` removes the link; what it leads to is left alone.'),
  },
  if: { properties: { state: { const: 'absent' } }, required: ['state'] },
  else: { required: ['target'] },
};
