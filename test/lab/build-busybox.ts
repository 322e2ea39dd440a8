import type { LoginKey } from './login-key.ts';
import type { BusyboxRecipe } from './recipe.ts';

export async function buildBusybox(_root: string, _recipe: BusyboxRecipe, _key: LoginKey): Promise<void> {
  throw new Error('not written yet');
}
