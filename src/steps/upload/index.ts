import type { StepKind } from '../../engine/step-kind.ts';
import { compare } from './compare.ts';
import { schema, type UploadArgs } from './schema.ts';

export const upload: StepKind<UploadArgs> = {
  name: 'upload',
  summary: 'A file or folder of the controller, byte for byte on the host.',
  description: `Sends a file of any size, or every file of a folder, to the host. A file that is already right is not sent
again: the host compares its SHA-256, and between runs not even that, as long as inode, size, modification and change
time are those of the file that was proven (\`--deep\` hashes in any case).

With \`sha256\` the file is compared on the controller before any connection is made; with another hash no host is
touched.

The bytes go to a hidden file beside the target, where size and hash are compared again before it is renamed onto the
target: the target is whole, old or new, at every moment, also when the controller is killed, the link is cut or the disk
fills up. Whether there is enough space is found before anything is sent. A symbolic link in its place is replaced by the
file; links are never followed.

Of a folder, every file and directory in it is managed; what else lies in the directory on the host is left alone.
Symbolic links in the folder are refused.

The dry run lists exactly the files that would be sent, and later steps (\`verify\`, \`extract\`) see them.`,
  schema,
  examples: [
    {
      title: 'An archive with a pinned hash',
      args: {
        src: 'artifacts/go1.26.1.linux-amd64.tar.gz',
        dest: '/var/lib/artifacts/',
        sha256: '031f088e5d955bab8657ede27ad4e3bc5b7c1ba281f05f245bcc304f327c987a',
        mode: '0644',
        owner: 'root',
        group: 'root',
      },
    },
    { title: 'Every file of a folder', args: { src: 'files/scripts', dest: '/opt/scripts', mode: '0755' } },
  ],
  requires: 'sha256sum, stat, df',
  compare,
};
