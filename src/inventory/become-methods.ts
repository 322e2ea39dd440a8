/** The programs that make one user another, as Ansible names them. */
export const BECOME_METHODS = ['sudo', 'su', 'doas'] as const;
export type BecomeMethod = (typeof BECOME_METHODS)[number];

export function isBecomeMethod(value: unknown): value is BecomeMethod {
  return BECOME_METHODS.includes(value as BecomeMethod);
}
