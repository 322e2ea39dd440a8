import type { Secret } from '../../secrets/secret.ts';
import type { Login } from '../login/login.ts';

/** Knows what to answer to the questions of an ssh that logs in to one place. */
export class Answers {
  readonly #login: Login;
  readonly #place: string;
  readonly #refuse: (why: string) => void;
  #sent = false;

  /** @param refuse called with the reason when a question must not be answered: the login is to end. */
  constructor(login: Login, place: string, refuse: (why: string) => void) {
    this.#login = login;
    this.#place = place;
    this.#refuse = refuse;
  }

  /** Whether there is anything to answer with. */
  get any(): boolean {
    return this.#login.password !== undefined || this.#login.identities.some((one) => one.kind === 'locked');
  }

  /** The host has let us in. */
  succeeded(): void {
    if (this.#sent) this.#login.password?.accepted(this.#place);
  }

  answer(question: string): Secret | undefined {
    const file = /^Enter passphrase for (?:key )?'?(.*?)'?: ?$/.exec(question)?.[1];
    if (file !== undefined) return this.#passphrase(file);
    const { password } = this.#login;
    const asked = question.trim();
    if (password === undefined) return this.#give(`the host asks "${asked}", and there is no password`);
    if (this.#sent) {
      // The same once more is a refusal; anything else a question for which there is no answer.
      return this.#give(
        /password/i.test(asked) ? 'it refused the password' : `it asked for more: "${asked}"`,
      );
    }
    if (password.isSpent(this.#place)) {
      return this.#give('its password was refused there before, and was not tried again');
    }
    this.#sent = true;
    password.sent(this.#place);
    return password.secret;
  }

  #passphrase(path: string): Secret | undefined {
    for (const one of this.#login.identities) {
      if (one.kind === 'locked' && one.file?.path === path) return one.file.passphrase;
    }
    return undefined;
  }

  #give(why: string): undefined {
    this.#refuse(why);
    return undefined;
  }
}
