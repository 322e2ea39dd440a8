const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  ENOTDIR: 'there is no such file',
  EACCES: 'permission denied',
  ELOOP: 'its links lead in a circle',
};

/** Why the controller cannot read something. Rethrows what is no error of the system but a bug. */
export function localReason(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === undefined && !/changed while it was read/.test(message)) throw error;
  return REASONS[code ?? ''] ?? message;
}
