import type { JsonSchema } from '../../engine/step-kind.ts';
import { PATH } from '../common-schema.ts';
import { SHA256 } from '../upload/schema.ts';

/** Arguments of the `verify` step. */
export interface VerifyArgs {
  readonly path: string;
  readonly sha256: string;
}

export const schema: JsonSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['path', 'sha256'],
  properties: {
    path: { ...PATH, examples: ['/var/lib/artifacts/go1.26.1.linux-amd64.tar.gz'] },
    sha256: {
      ...SHA256,
      description: 'The SHA-256 that the file must have on the host, 64 hexadecimal digits.',
    },
  },
};
