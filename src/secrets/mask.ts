/** What stands for a secret wherever it would be seen. */
export const MASK = '********';
