/**
 * Where made-up cases begin: the same in every run, so that what is wrong with a change is not told by chance, nor what
 * was wrong before by the next change. PROVISION_SEED has others: `PROVISION_SEED=$RANDOM npm test`.
 */
export const SEED = Number(process.env.PROVISION_SEED ?? 1);
