import type { Part } from './part.ts';
export const profile: Part = {
  id: 'profile',
  title: 'Where the time goes',
  measure: async () => ({ groups: [], notes: [] }),
};
