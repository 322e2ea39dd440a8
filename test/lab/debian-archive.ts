import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { makeDirectory, writeWhole } from './files.ts';
import { debianMirror } from './mirror.ts';
import { must } from './run.ts';

export const DEBIAN_KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg';

/**
 * Unpacks packages of a Debian suite, without their dependencies and scripts, into `root`. apt verifies their
 * signatures; it works on lists of its own, so that this machine's release and settings do not matter.
 *
 * @param work a directory for the downloads, which the caller removes.
 */
export async function unpackPackages(
  suite: string,
  packages: readonly string[],
  root: string,
  work: string,
): Promise<void> {
  const apt = await privateApt(work, suite);
  await must([...apt, 'update'], { cwd: work });
  await must([...apt, 'download', ...packages], { cwd: work });
  for (const name of (await readdir(work)).filter((file) => file.endsWith('.deb'))) {
    await must(['dpkg', '--extract', join(work, name), root]);
  }
}

/** An apt-get that keeps all its state in `directory` and knows one suite only. */
async function privateApt(directory: string, suite: string): Promise<readonly string[]> {
  const sources = join(directory, 'sources.list');
  await writeWhole(sources, `deb [signed-by=${DEBIAN_KEYRING}] ${await debianMirror()} ${suite} main\n`);
  await writeWhole(join(directory, 'status'), '');
  await makeDirectory(join(directory, 'state/lists/partial'));
  await makeDirectory(join(directory, 'cache/archives/partial'));
  const settings = [
    `Dir::State=${join(directory, 'state')}`,
    `Dir::State::status=${join(directory, 'status')}`,
    `Dir::Cache=${join(directory, 'cache')}`,
    `Dir::Etc::SourceList=${sources}`,
    'Dir::Etc::SourceParts=-',
    'Dir::Etc::Preferences=-',
    'Dir::Etc::PreferencesParts=-',
    'APT::Sandbox::User=root', // the unprivileged user of apt may not read the cache
  ];
  return ['apt-get', '--quiet=2', ...settings.flatMap((setting) => ['-o', setting])];
}
