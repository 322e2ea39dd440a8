import type { Look } from './look.ts';

/** Under which key an answer is kept: what root sees and what a user sees may differ. */
export function storeKey(look: Look<unknown>, actingUser: string): string {
  return look.where === 'host' ? `${actingUser}\u0000${look.key}` : look.key;
}
