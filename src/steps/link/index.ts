import type { StepKind } from '../../engine/step-kind.ts';
import { compare } from './compare.ts';
import { type LinkArgs, schema } from './schema.ts';

export const link: StepKind<LinkArgs> = {
  name: 'link',
  summary: 'A symbolic link that leads to a target.',
  description: `A link that leads elsewhere is switched in one rename: at every moment the path leads to the old target or to the
new one. The target is kept as written, need not exist and is not managed. A directory at the path is a failure; a file
is replaced only with \`force: true\`.

Later steps of a dry run see what lies behind the new target.`,
  schema,
  examples: [
    { title: 'The current Go', args: { path: '/usr/local/go', target: '/usr/local/go-1.26.1' } },
    { title: 'The current release, relative', args: { path: '/opt/app/current', target: 'releases/42' } },
    { title: 'A link that must not be there', args: { path: '/opt/app/next', state: 'absent' } },
  ],
  compare,
};
