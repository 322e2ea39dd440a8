/** The programs that make one user another, as Ansible names them. */
export const BECOME_METHODS = ['sudo', 'su', 'doas'] as const;
export type BecomeMethod = (typeof BECOME_METHODS)[number];

/** Whether a value is the name of such a program. */
export function isBecomeMethod(value: unknown): value is BecomeMethod {
  return BECOME_METHODS.includes(value as BecomeMethod);
}
