import { sh } from '../../shell/quote.ts';
import type { AccountState } from '../account.ts';
import type { Fact } from './fact.ts';

export const users: Fact = {
  name: 'users',
  summary: 'The home directory of each user, by name.',
  example: { root: '/root', deploy: '/home/deploy' },
  script: sh`getent passwd 2>/dev/null || cat /etc/passwd`,
  parse(output) {
    const homes: Record<string, string> = Object.create(null);
    for (const line of output.split('\n')) {
      const fields = line.split(':');
      const [name, home] = [fields[0], fields[5]];
      if (fields.length === 7 && name !== undefined && home !== undefined && !(name in homes))
        homes[name] = home;
    }
    return { ...homes };
  },
  predict(overlay) {
    const accounts = overlay.answersOf('account');
    if (accounts.length === 0) return undefined;
    return {
      adjust(observed) {
        // No object with a prototype: an account may be named __proto__.
        const homes: Record<string, string> = Object.assign(
          Object.create(null),
          observed as Readonly<Record<string, string>>,
        );
        for (const { key, value } of accounts) {
          const name = key.slice('account:'.length);
          const account = value as AccountState;
          if (account.exists) homes[name] = account.home;
          else delete homes[name];
        }
        return { ...homes };
      },
    };
  },
};
