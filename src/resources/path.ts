/** What step kinds want of paths on a host: each in a file of its own. */
export { wantAbsent } from './absent.ts';
export { wantDirectory } from './directory.ts';
export { wantFile } from './file.ts';
export { wantLink } from './link.ts';
export { wantPermissions } from './permissions.ts';
