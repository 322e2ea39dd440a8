import type { BecomeMethod } from '../../inventory/become-methods.ts';

/** What is to be done about what was heard. */
export type Move =
  | 'wait'
  /** Send the password, now and never again. */
  | 'answer'
  /** The shell has started: what is sent from now on goes to it. */
  | 'ready'
  /** It asks although it was answered. */
  | 'asked-again';

/** The longest that is kept of what a host says, in characters. */
const KEPT = 4096;

/** The end of what su and doas ask, whose prompts are their own. */
const OWN_PROMPT = /password[^\n]*: ?$/i;

/** The words that a shell is opened with, and that nothing else on the host knows. */
export interface Marks {
  readonly start: string;
  readonly prompt: string;
  readonly ready: string;
}

/** @param random letters and digits only: they stand in commands, and sudo gives `%` in a prompt a meaning. */
export function marksOf(random: string): Marks {
  return { start: `${random}s`, prompt: `${random}p`, ready: `${random}r` };
}

/**
 * What is said between the login shell's start and that of the acting user's shell, as a state machine without streams.
 * Whatever rc files print comes before the start mark; after it only sudo (su, doas), PAM and the new shell speak. The
 * password is asked for by a random prompt (sudo), or by the last line after the start mark (su, doas).
 */
export class Dialogue {
  readonly #method: BecomeMethod;
  readonly #marks: Marks;
  #state: 'noise' | 'asking' | 'answered' | 'ready' = 'noise';
  #heard = '';
  #pid: number | undefined;

  constructor(method: BecomeMethod, marks: Marks) {
    this.#method = method;
    this.#marks = marks;
  }

  /** Process on the host that asks. */
  get pid(): number | undefined {
    return this.#pid;
  }

  get answered(): boolean {
    return this.#state === 'answered';
  }

  /** What was said last, without marks. */
  get said(): string {
    return this.#heard.replaceAll(this.#marks.prompt, '').trim();
  }

  /** @param text the next piece of what the host says, cut anywhere. */
  hear(text: string): Move {
    this.#heard += text;
    if (this.#state === 'noise' && !this.#started()) return 'wait';
    if (this.#heard.includes(`${this.#marks.ready}\n`)) {
      this.#state = 'ready';
      return 'ready';
    }
    if (!this.#isAsked()) {
      this.#forget();
      return 'wait';
    }
    if (this.#state === 'answered') return 'asked-again';
    this.#state = 'answered';
    this.#heard = '';
    return 'answer';
  }

  #started(): boolean {
    const { start } = this.#marks;
    const at = this.#heard.indexOf(start);
    const end = at < 0 ? -1 : this.#heard.indexOf('\n', at);
    if (end < 0) {
      if (at < 0) this.#forget();
      return false;
    }
    this.#pid = Number(this.#heard.slice(at + start.length, end).trim());
    this.#heard = this.#heard.slice(end + 1);
    this.#state = 'asking';
    return true;
  }

  #isAsked(): boolean {
    if (this.#method === 'sudo') return this.#heard.includes(this.#marks.prompt);
    return OWN_PROMPT.test(this.#heard.slice(this.#heard.lastIndexOf('\n') + 1));
  }

  /** Marks are shorter than what is kept. */
  #forget(): void {
    this.#heard = this.#heard.slice(-KEPT);
  }
}
