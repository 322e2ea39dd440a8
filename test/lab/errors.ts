/** A fault that the lab's user can understand and mend: shown as text, never as a stack trace. */
export class LabError extends Error {
  override readonly name = 'LabError';
}
