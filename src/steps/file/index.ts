import type { StepKind } from '../../engine/step-kind.ts';
import { compare } from './compare.ts';
import { type FileArgs, schema } from './schema.ts';

export const file: StepKind<FileArgs> = {
  name: 'file',
  summary: 'A file with exactly this content, mode and owner.',
  description: `Give the content as \`content\`, as a file of the controller with \`src\` (at most 1 MiB; for larger ones use
\`upload\`), or as a Liquid template with \`template\`. With none of the three the file must exist, and only its mode and
owner are managed. \`content: ""\` makes an empty file.

What is left out is not managed: without \`mode\`, \`owner\` or \`group\` those of an existing file are kept; a new file
gets mode 0644 and belongs to the user that the step acts as.

The file is written beside its target, synced and renamed, so that at every moment it is whole, old or new. A symbolic
link or special file in its place is replaced by the file, and that is listed as a change; links are never followed. A
directory in its place is a failure. The SELinux context of a replaced file is kept; access control lists and other
extended attributes are not, and other hard links to the old file keep the old content.

The directory must exist or be created by an earlier step, and so must the owner and the group: otherwise the step
fails before anything is written.`,
  schema,
  examples: [
    {
      title: 'A drop-in with fixed content',
      args: {
        path: '/etc/sysctl.d/60-net.conf',
        content: 'net.ipv4.ip_forward = 0\n',
        mode: '0644',
        owner: 'root',
      },
    },
    {
      title: 'A file of the controller',
      args: { path: '/etc/motd', src: 'files/motd', owner: 'root', group: 'root', mode: '0644' },
    },
    {
      title: 'A template',
      args: { path: '/etc/docker/daemon.json', template: 'templates/daemon.json.liquid' },
    },
    { title: 'Only the mode of a file', args: { path: '/etc/crontab', mode: '0600' } },
    { title: 'A file that must not be there', args: { path: '/etc/motd', state: 'absent' } },
  ],
  templates: ({ template }) => (template === undefined ? [] : [template]),
  compare,
};
