import type { Secret } from '../../secrets/secret.ts';
import type { Login } from '../login/login.ts';
import { type AskedAbout, asksPassword } from './asked-about.ts';

/** Knows what to answer to the questions of an ssh that logs in to one place. */
export class Answers {
  readonly #login: Login;
  readonly #logins: readonly Login[];
  readonly #place: string;
  readonly #refuse: (why: string) => void;
  #about: AskedAbout | undefined;
  #sent = false;
  #in = false;

  /**
   * @param onTheWay of the hosts on the way: their keys may have passphrases.
   * @param refuse called with the reason when a question must not be answered: the login is to end.
   */
  constructor(login: Login, onTheWay: readonly Login[], place: string, refuse: (why: string) => void) {
    this.#login = login;
    this.#logins = [login, ...onTheWay];
    this.#place = place;
    this.#refuse = refuse;
  }

  /** Whether there is anything to answer with. */
  get any(): boolean {
    const locked = this.#logins.some(({ identities }) => identities.some(({ kind }) => kind === 'locked'));
    return this.#login.password !== undefined || locked;
  }

  /** Whom the password is for, as ssh names them; undefined where it is not told: then nobody gets it. */
  askedAbout(about: AskedAbout | undefined): void {
    this.#about = about;
  }

  /** The host has let us in. */
  succeeded(): void {
    this.#in = true;
    if (this.#sent) this.#login.password?.accepted(this.#place);
  }

  /**
   * @param kind what ssh wants (SSH_ASKPASS_PROMPT): `confirm` a yes, `none` nothing, such as where a FIDO key is to be touched.
   */
  answer(question: string, kind = ''): Secret | undefined {
    // No answer is a no.
    if (kind === 'confirm' || kind === 'none') return undefined;
    const file = /^Enter passphrase for (?:key )?'?(.*?)'?: ?$/.exec(question)?.[1];
    if (file !== undefined) return this.#passphrase(file);
    const { password } = this.#login;
    const asked = question.trim();
    if (password === undefined) return this.#giveNone(`ssh asks "${asked}", and there is no password`);
    if (this.#about === undefined || !asksPassword(question, this.#about)) {
      return this.#giveNone(
        this.#sent
          ? `it asked for more: "${asked}"`
          : `ssh asks "${asked}", which the password of the host is no answer to`,
      );
    }
    if (this.#sent) return this.#giveNone('it refused the password');
    if (password.isSpent(this.#place)) {
      return this.#giveNone('its password was refused there before, and was not tried again');
    }
    this.#sent = true;
    password.sent(this.#place);
    return password.secret;
  }

  #passphrase(path: string): Secret | undefined {
    for (const one of this.#logins.flatMap(({ identities }) => identities)) {
      if (one.kind === 'locked' && one.file?.path === path) return one.file.passphrase;
    }
    return undefined;
  }

  #giveNone(why: string): undefined {
    // Whoever asks later, as of further host keys, gets a no.
    if (!this.#in) this.#refuse(why);
    return undefined;
  }
}
