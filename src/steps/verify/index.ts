import type { StepKind } from '../../engine/step-kind.ts';
import { compare } from './compare.ts';
import { schema, type VerifyArgs } from './schema.ts';

export const verify: StepKind<VerifyArgs> = {
  name: 'verify',
  summary: 'Proof that a file on the host has a given SHA-256.',
  description: `Compares the SHA-256 of a file on the host with the expected one and fails when it is another, or when there is no
such file. It never changes anything. As a step that cannot succeed is found before the first change, a wrong file keeps
the whole host from being touched.

In a dry run the file is seen as earlier steps will leave it, so \`verify\` after \`upload\` is right on a fresh host
too. A large file that was proven by an earlier run and has not moved since (inode, size, modification and change time)
is not hashed again, unless the run is \`--deep\`. Symbolic links are not followed.`,
  schema,
  onlyAsks: () => true,
  examples: [
    {
      title: 'The archive on the host is the pinned one',
      args: {
        path: '/var/lib/artifacts/go1.26.1.linux-amd64.tar.gz',
        sha256: '031f088e5d955bab8657ede27ad4e3bc5b7c1ba281f05f245bcc304f327c987a',
      },
    },
  ],
  requires: 'sha256sum',
  compare,
};
