import type { StepKind } from '../../engine/step-kind.ts';
import { compare } from './compare.ts';
import { type ExtractArgs, schema } from './schema.ts';

export const extract: StepKind<ExtractArgs> = {
  name: 'extract',
  summary: 'An archive as a tree of files, proven file by file, with a link that is switched atomically.',
  description: `Makes a directory hold exactly what is in an archive (tar, tar.gz, tar.xz, tar.zst or zip): nothing missing, nothing
changed, nothing else. The controller reads the archive once; the host then proves the whole tree with one digest over
type, mode, owner, size, modification time, link target and name of every entry. Only when the digest differs the listing is
sent back, and the changes name what is missing, extra or changed. Within a day of such a proof apply and dry run look only
whether a directory or a program of the tree has moved since (inode and change time), and list it when one has; a drift check
always does. With \`deep\` (or \`--deep\`) every file is also
compared by SHA-256, which finds even changes that left size and time as they were.

Before any connection the archive is checked: absolute names, \`..\`, links that lead out of the tree, devices, setuid and
setgid bits, names that occur twice or hold a newline or another control character are refused, and so is an archive that is damaged or has another
hash than \`sha256\`.

A tree that differs is never untarred over. The archive is unpacked into a private directory beside it, the result is proven
there, flushed to disk, and renamed into its place; an old tree is moved away just before and removed just after, so for
an instant the path is absent. Give each version a directory of its own and name the place that others use as \`link\`:
the link is switched in one rename, with no such instant. When anything fails, or the run is cut off, \`dest\` is as it was.
A tree that differs is refused when something is mounted at \`dest\` or below it, as that would be emptied with the old tree.

All entries get \`owner\` and \`group\` (default: the acting user), and the modes of the archive; owners in the archive are
not used. Times of directories are not compared. Members of a zip get the newest time in it, as a zip has no time zone.
Paths in \`keep\` are left alone, and so are the directories above them that are not in the archive. When the tree is replaced
they are renamed from the old into the new one, never through a link: one above a kept path is refused, and so is a
file or link in the archive there. A default ACL of the directory above changes no mode, and is not passed on where
the host has \`setfacl\`.

The archive may lie on the host (\`src\`, brought by an earlier \`upload\`), or be unpacked straight from the controller
(\`archive\` alone). In a dry run later steps see what the archive brings: the programs in it, also through \`link\`.`,
  schema,
  examples: [
    {
      title: 'The Go toolchain, each version in a directory of its own',
      args: {
        src: '/var/lib/artifacts/go1.26.1.linux-amd64.tar.gz',
        dest: '/usr/local/go-1.26.1',
        strip: 1,
        link: '/usr/local/go',
      },
    },
    {
      title: 'A release straight from the controller, with a directory that stays',
      args: {
        archive: 'artifacts/app-2.4.0.tar.xz',
        dest: '/opt/app/2.4.0',
        link: '/opt/app/current',
        owner: 'app',
        group: 'app',
        keep: ['logs'],
      },
    },
  ],
  requires: 'tar and gzip, xz or zstd; unzip for zip archives; find, stat, sort, sed, sha256sum',
  compare,
};
