import { isSpent } from '../../secrets/attempts.ts';
import type { Secret } from '../../secrets/secret.ts';
import { ConnectionError, type ConnectionFailure } from '../errors.ts';

/**
 * The password of one host for becoming another user. A wrong one is tried once: accounts lock after a few failures
 * (pam_faillock), so whoever comes after the refusal gets the same refusal, without a try.
 */
export class BecomePassword {
  readonly #secret: Secret;
  #right = false;
  /** Whether it was ever right, and how often in a row it was refused since. */
  #wasRight = false;
  #refusals = 0;
  #refusal: ConnectionFailure | undefined;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(secret: Secret) {
    this.#secret = secret;
  }

  /**
   * Lets `login` use the password; one at a time until it was right once.
   *
   * @throws ConnectionError of an earlier refusal.
   */
  async use<Result>(login: (secret: Secret) => Promise<Result>): Promise<Result> {
    if (this.#right) return login(this.#secret);
    const mine = this.#turn.then(() => {
      if (this.#refusal !== undefined) throw new ConnectionError(this.#refusal);
      return login(this.#secret);
    });
    this.#turn = mine.catch(() => {});
    return mine;
  }

  /** The host has taken it. */
  accepted(): void {
    this.#right = true;
    this.#wasRight = true;
    this.#refusals = 0;
  }

  /**
   * The host has not taken it: it is not tried again. Where it was right before, something else has changed, and may be undone
   * just now: then it may be tried a few times more.
   */
  refused(failure: ConnectionFailure): void {
    this.#refusals += 1;
    if (!isSpent(this.#refusals, this.#wasRight)) return;
    this.#refusal = failure;
    this.#right = false;
  }
}
