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
  /** Takes the file away, and with it what was not yet written to the disk. */
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
    remove: `rm -f -- ${quote(destination)}`,
  };
}
