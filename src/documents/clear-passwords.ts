import { knownSecrets } from '../secrets/known.ts';

/** The variables of Ansible that hold passwords, and what stands behind them on the line. */
const PASSWORD = /\bansible_\w*pass\w*["']?[ \t]*:[ \t]+(?!\{\{|[!&*|>#])([^\r\n]+)/g;

/**
 * Tells the masks the passwords of logins that stand in the clear in a text that cannot be read: its lines are about to be shown
 * with what is wrong in them.
 */
export function keepClearPasswords(text: string): void {
  for (const [, rest = ''] of text.matchAll(PASSWORD)) {
    for (const written of [rest, /^[^,}\]]*/.exec(rest)?.[0] ?? '', /^\S*/.exec(rest)?.[0] ?? '']) {
      knownSecrets.add(written.trim().replace(/^["']|["',:]+$/g, ''));
    }
  }
}
