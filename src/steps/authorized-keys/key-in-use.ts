import { refuseLockout } from '../../engine/guard/refuse-lockout.ts';
import type { View } from '../../engine/view.ts';
import { type Entry, readLine } from './entry.ts';
import type { Place } from './place.ts';

/**
 * Refuses a change after which the key that this run has logged in with is not in its file any more. Where it was not there
 * (a certificate, keys elsewhere), is not known, or is to be used on other terms, the new connection tells.
 */
export function keepKeyInUse(view: View, { account, text, path }: Place, next: string): void {
  if (account.name !== view.loginUser) return;
  for (const { key, name } of view.loggedInBy) {
    if (key === undefined) continue;
    const blob = key.getPublicSSH().toString('base64');
    const [before] = entriesOf(text, blob);
    if (before === undefined || entriesOf(next, blob).length > 0) continue;
    const named = name === undefined ? '' : ` (${name})`;
    refuseLockout(
      view,
      `this would lock the controller out: it would take the key out of ${path} that this run has logged in with${named}`,
      `list it too: ${before.key.type} ${blob}`,
    );
  }
}

function entriesOf(text: string, blob: string): readonly Entry[] {
  return text.split('\n').flatMap((line) => {
    const read = readLine(line);
    return read.kind === 'entry' && read.entry.key.blob === blob ? [read.entry] : [];
  });
}
