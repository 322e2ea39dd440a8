import type { Diagnostic } from './diagnostic.ts';

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  ENOTDIR: 'a part of the path is not a folder',
  EISDIR: 'this is a folder, not a file',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  ELOOP: 'too many symbolic links',
  EMFILE: 'too many open files',
};

/** Why a file could not be read. Rethrows what is no file system error. */
export function fileProblem(error: unknown, file: string): Diagnostic {
  const code = error instanceof Error && 'code' in error ? String(error.code) : undefined;
  if (code === undefined) throw error;
  return {
    severity: 'error',
    code: code === 'ENOENT' ? 'file-not-found' : 'file-unreadable',
    message: `cannot read the file: ${REASONS[code] ?? code}`,
    file,
    ...(code === 'EISDIR' ? { hint: 'name a file in it' } : {}),
  };
}
