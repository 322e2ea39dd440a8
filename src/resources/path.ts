/** What step kinds want of paths on a host: each in a file of its own. */
export { wantAbsent } from './absent.ts';
export { type WantedDirectory, wantDirectory } from './directory.ts';
export { type WantedFile, wantFile } from './file.ts';
export { parentOf } from './host-path.ts';
export { type WantedLink, wantLink } from './link.ts';
export { type Ownership, requireOwners } from './ownership.ts';
export { requireParent } from './parent.ts';
export { wantPermissions } from './permissions.ts';
export { temporaryBeside } from './temporary.ts';
