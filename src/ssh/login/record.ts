import type { ParsedKey } from 'ssh2';
import { cutText } from '../../secrets/cut-text.ts';
import type { Login } from './login.ts';

/** Something that was shown to a host. */
export interface Attempt {
  readonly method: 'publickey' | 'keyboard-interactive' | 'password';
  /** Of a key. */
  readonly name?: string;
  readonly key?: ParsedKey;
}

/** What was tried over one connection, and what the host said to it: for people, when it lets nobody in. */
export class LoginRecord {
  readonly login: Login;
  /** In the order of their being tried. */
  readonly refused: Attempt[] = [];
  /** What the host was content with, and then wanted more (AuthenticationMethods of sshd). */
  readonly accepted: Attempt[] = [];
  /** What the host accepts; undefined when it never said. */
  methods: readonly string[] | undefined;
  /** Names of keys that were not offered, as the host would have counted too many. */
  readonly keptBack: string[] = [];
  passwordSent = false;
  /** It was refused there before, in this run. */
  passwordKeptBack = false;
  /** What the host asked (keyboard-interactive), when that was more than the password. */
  questions: readonly string[] | undefined;
  /** Something is there that OpenSSH could offer. */
  needsOpenSsh = false;
  /** Keys that could not sign and what else was not to be had, with the reason. */
  readonly unable: string[] = [];
  /** What was shown and is not answered yet. */
  #pending: Attempt | undefined;

  constructor(login: Login) {
    this.login = login;
  }

  /** Whether anything was shown. */
  get hasBegun(): boolean {
    return this.#pending !== undefined || this.refused.length > 0 || this.accepted.length > 0;
  }

  /** The host has asked what is not answered. */
  asked(questions: readonly string[]): void {
    this.questions = questions.map((question) => cutText(question.replace(/\s+/g, ' ').trim(), 200, 'end'));
    this.#pending = undefined;
  }

  begun(attempt: Attempt | undefined): void {
    this.#pending = attempt;
  }

  answered(methods: readonly string[] | undefined, partial: boolean): void {
    if (methods !== undefined) this.methods = methods;
    if (this.#pending !== undefined) (partial ? this.accepted : this.refused).push(this.#pending);
    this.#pending = undefined;
  }

  /** The host has let us in: by these, in this order. Empty when it asked for nothing. */
  get letInBy(): readonly Attempt[] {
    return this.#pending === undefined ? this.accepted : [...this.accepted, this.#pending];
  }

  /** The connection is over: what was not answered was the last straw. */
  ended(): void {
    this.answered(undefined, false);
  }

  /** The last key that was to sign cannot. */
  couldNotSign(reason: string): void {
    const name = this.#pending?.name;
    if (name !== undefined) this.unable.push(`${name}: ${reason}`);
    this.#pending = undefined;
  }
}
