/** A lab of its own for a test file; `PROVISION_LAB` keeps people who test at the same time apart. */
export function labName(purpose: string): string {
  const mine = process.env.PROVISION_LAB;
  return mine === undefined || mine === '' ? purpose : `${mine}-${purpose}`;
}
