import type { LocalLook } from './look.ts';

/** Answers of looks on the controller, shared by the fleet: each is found once. */
export class LocalAnswers {
  readonly #found = new Map<string, Promise<unknown>>();
  readonly #ready = new Map<string, unknown>();

  /** What has been answered so far, by key: a host that starts with it need not be compared again to ask for it. */
  get ready(): ReadonlyMap<string, unknown> {
    return this.#ready;
  }

  /** Rejects only for bugs, as the look does. */
  async answer(look: LocalLook<unknown>): Promise<unknown> {
    const found = this.#found.get(look.key) ?? look.load();
    this.#found.set(look.key, found);
    const answer = await found;
    this.#ready.set(look.key, answer);
    return answer;
  }
}
