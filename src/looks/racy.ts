/** Seconds that must lie between a change and the look at it, or a later change could have the same time stamp. */
export const RACY = 2;
