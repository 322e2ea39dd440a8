import type { AnyAuthMethod, ParsedKey, Prompt } from 'ssh2';
import { type KeyOffer, keyOffers } from './key-offers.ts';
import type { Login } from './login.ts';
import { OneKeyAgent } from './one-key-agent.ts';
import { type Attempt, LoginRecord } from './record.ts';

/**
 * sshd ends a connection after so many refusals (MaxAuthTries, sshd_config(5), by default 6): the last may be a right
 * key. A password needs a try of its own.
 */
const MOST_KEYS = 6;

/**
 * Logs in over one connection: decides after each answer of the host what is shown to it next. Keys first, then
 * keyboard-interactive, then the password (OpenSSH's PreferredAuthentications); nothing that the host does not accept,
 * and no password that it has refused before.
 */
export class LoginAttempts {
  readonly record: LoginRecord;
  readonly #login: Login;
  readonly #user: string;
  readonly #place: string;
  readonly #offers: AsyncGenerator<KeyOffer, void>;
  #methods: readonly string[] | undefined;
  #keysOffered = 0;
  #keysDone = false;
  #asked = false;
  readonly #giveUp: () => void;

  /**
   * @param place address and port: where a password is tried only once.
   * @param giveUp called when the host asks what cannot be answered. An empty answer would count as a failed login, and the
   * method `password` would give the same password to the same questions.
   */
  constructor(login: Login, user: string, place: string, giveUp: () => void) {
    this.#login = login;
    this.#user = user;
    this.#place = `${user}@${place}`;
    this.#giveUp = giveUp;
    this.record = new LoginRecord(login);
    this.#offers = keyOffers(login, (reason) => this.record.unable.push(reason));
  }

  /** The key that is shown without having asked whether it would do. */
  get promptKey(): ParsedKey | undefined {
    const [first] = this.#login.identities;
    return first?.kind === 'ready' ? first.key : undefined;
  }

  /** The host has let us in. */
  succeeded(): void {
    if (this.record.passwordSent) this.#login.password?.accepted(this.#place);
  }

  /**
   * What to try next.
   *
   * @param methods what the host accepts, by its last answer; null before the first.
   * @param partial whether it was content with the last, and wants more.
   */
  async next(methods: readonly string[] | null, partial: boolean): Promise<AnyAuthMethod | false> {
    this.record.answered(methods ?? undefined, partial);
    this.#methods = methods ?? undefined;
    if (this.#methods === undefined && this.promptKey === undefined && !this.#asked) {
      this.#asked = true;
      return { type: 'none', username: this.#user };
    }
    return (
      (await this.#nextKey()) ?? this.#interactive() ?? this.#password() ?? this.#give(undefined) ?? false
    );
  }

  async #nextKey(): Promise<AnyAuthMethod | undefined> {
    if (!this.#accepts('publickey') || this.#keysDone) return undefined;
    const most = this.#login.password === undefined ? MOST_KEYS : MOST_KEYS - 1;
    const { value: offer } = await this.#offers.next();
    if (offer === undefined) {
      this.#keysDone = true;
      await this.#noteAgent();
      return undefined;
    }
    if (this.#keysOffered === most) {
      this.#keysDone = true;
      this.record.keptBack.push(offer.name);
      for await (const { name } of this.#offers) this.record.keptBack.push(name);
      return undefined;
    }
    this.#keysOffered += 1;
    return this.#give(
      { method: 'publickey', name: offer.name, key: offer.key },
      keyMethod(this.#user, offer),
    );
  }

  async #noteAgent(): Promise<void> {
    const { problem, unusable } = (await this.#login.agent?.content()) ?? {};
    if (problem !== undefined) this.record.unable.push(problem);
    if (unusable !== undefined && unusable.length > 0) {
      const names = unusable.join(', ');
      this.record.unable.push(`FIDO keys and certificates of the agent were not offered: ${names}`);
      this.record.needsOpenSsh = true;
    }
  }

  #interactive(): AnyAuthMethod | undefined {
    const { password } = this.#login;
    if (!this.#accepts('keyboard-interactive')) return undefined;
    if (password === undefined || this.#passwordSpent()) return undefined;
    return this.#give(
      { method: 'keyboard-interactive' },
      {
        type: 'keyboard-interactive',
        username: this.#user,
        prompt: (_name, _instructions, _language, prompts, answer) => {
          const [only] = prompts as unknown as readonly Prompt[];
          if (prompts.length === 1 && only?.echo !== true && !this.record.passwordSent) {
            this.#sendPassword();
            answer([password.secret.reveal()]);
            return;
          }
          this.record.asked(prompts.map(({ prompt }) => prompt));
          this.#giveUp();
        },
      },
    );
  }

  #password(): AnyAuthMethod | undefined {
    const { password } = this.#login;
    if (!this.#accepts('password') || password === undefined || this.#passwordSpent()) return undefined;
    this.#sendPassword();
    return this.#give(
      { method: 'password' },
      { type: 'password', username: this.#user, password: password.secret.reveal() },
    );
  }

  #passwordSpent(): boolean {
    if (this.record.passwordSent) return true;
    const spent = this.#login.password?.isSpent(this.#place) === true;
    if (spent) this.record.passwordKeptBack = true;
    return spent;
  }

  #sendPassword(): void {
    this.record.passwordSent = true;
    this.#login.password?.sent(this.#place);
  }

  #accepts(method: string): boolean {
    return this.#methods === undefined || this.#methods.includes(method);
  }

  #give(attempt: Attempt | undefined, method?: AnyAuthMethod): AnyAuthMethod | undefined {
    this.record.begun(attempt);
    return method;
  }
}

function keyMethod(username: string, { key, sign }: KeyOffer): AnyAuthMethod {
  if (sign === undefined) return { type: 'publickey', username, key } as unknown as AnyAuthMethod;
  return { type: 'agent', username, agent: new OneKeyAgent(key, sign) } as unknown as AnyAuthMethod;
}
