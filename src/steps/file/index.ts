import type { StepKind } from '../../engine/step-kind.ts';
import { compare } from './compare.ts';
import { type FileArgs, schema } from './schema.ts';

export const file: StepKind<FileArgs> = {
  name: 'file',
  summary: 'A file with exactly this content, mode and owner.',
  description: `The file is written beside its target, checked, synced and renamed, so that at every moment it is
whole, old or new. A symbolic link in its place is replaced by the file; links are never followed.`,
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
    { title: 'A file that must not be there', args: { path: '/etc/motd', state: 'absent' } },
  ],
  compare,
};
