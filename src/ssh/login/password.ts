import { isSpent } from '../../secrets/attempts.ts';
import type { Secret } from '../../secrets/secret.ts';

/**
 * A password for logins, and where it was tried. A wrong one is never tried twice at a place, whoever connects again and
 * why: accounts lock, and sshd shuts out who fails often (PerSourcePenalties, sshd_config(5)).
 */
export class LoginPassword {
  readonly secret: Secret;
  /** Places where it was sent, and was not accepted so far: how often in a row. */
  readonly #tried = new Map<string, number>();
  /** Places where it was right once: what turns it away there is something else, such as a change that is being undone. */
  readonly #right = new Set<string>();

  constructor(secret: Secret) {
    this.secret = secret;
  }

  /** Whether it was sent to this place and not accepted: then it must not be sent again. */
  isSpent(place: string): boolean {
    return isSpent(this.#tried.get(place) ?? 0, this.#right.has(place));
  }

  /** It goes out now. What becomes of it may never be known. */
  sent(place: string): void {
    this.#tried.set(place, (this.#tried.get(place) ?? 0) + 1);
  }

  accepted(place: string): void {
    this.#tried.delete(place);
    this.#right.add(place);
  }
}
