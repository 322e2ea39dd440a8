import { mkdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { withLock } from './lock.ts';
import { cacheDirectory } from './paths.ts';
import { must } from './run.ts';

/** The key pair that opens every host of every lab on this machine. */
export interface LoginKey {
  /** Path of the private key, readable by its owner only. */
  readonly file: string;
  /** One authorized_keys line, without a line end. */
  readonly publicLine: string;
}

/** The machine's lab key, made at first use. */
export async function loginKey(): Promise<LoginKey> {
  const directory = join(cacheDirectory(), 'keys');
  const file = join(directory, 'id_ed25519');
  const read = (): Promise<string> => readFile(`${file}.pub`, 'utf8');
  const line = await read().catch(() =>
    withLock(join(cacheDirectory(), 'locks', 'login-key'), async () => {
      const made = await read().catch(() => undefined);
      if (made !== undefined) return made;
      await mkdir(directory, { recursive: true, mode: 0o700 });
      const beside = join(directory, 'new');
      await rm(beside, { force: true });
      await must(['ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-C', 'provision-lab', '-f', beside]);
      await rename(beside, file);
      await rename(`${beside}.pub`, `${file}.pub`);
      return read();
    }),
  );
  return { file, publicLine: line.trim() };
}
