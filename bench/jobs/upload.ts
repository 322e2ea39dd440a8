import { writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { dump } from 'js-yaml';
import { quote } from '../../src/shell/quote.ts';
import type { GoTarball } from '../../test/lab/index.ts';

/** A playbook whose one step sends a file. */
export interface Upload {
  readonly playbook: string;
  /** The controller's file. */
  readonly source: string;
  /** On the hosts. */
  readonly destination: string;
  /** Fails where a host has not got the file whole. */
  readonly check: string;
  /** Takes the file away, and what was written before it out of the way. */
  readonly remove: string;
}

export function writeUpload(directory: string, { path, sha256 }: GoTarball): Upload {
  const destination = `/srv/${basename(path)}`;
  const playbook = join(directory, 'upload.yml');
  const upload = { src: path, dest: destination, sha256, mode: '0644' };
  writeFileSync(playbook, dump({ name: 'Upload', hosts: 'fleet', steps: [{ name: 'Archive', upload }] }));
  return {
    playbook,
    source: path,
    destination,
    check: `echo ${quote(`${sha256}  ${destination}`)} | sha256sum --check --status`,
    // The disk is one for all hosts: what the run before left to write would slow this one down.
    remove: `rm -f -- ${quote(destination)}; sync`,
  };
}
