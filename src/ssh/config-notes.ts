import { type Place, placeText } from './config/place.ts';
import type { HostConfig } from './config/ssh-config.ts';

/** What is said of a line of ssh_config that counts, and is not followed. */
export interface ConfigNote {
  readonly severity: 'error' | 'warning';
  readonly message: string;
  readonly place: Place;
}

/** Collects what is to be said of ssh_config, each line once however many hosts it counts for. */
export class ConfigNotes {
  readonly #notes = new Map<string, ConfigNote>();
  readonly #policyGiven: boolean;

  /** @param policyGiven the command line says what becomes of unknown host keys. */
  constructor(policyGiven: boolean) {
    this.#policyGiven = policyGiven;
  }

  get all(): readonly ConfigNote[] {
    return [...this.#notes.values()];
  }

  /** @param config what counts for a host. */
  add({ values, places, unused }: HostConfig): void {
    for (const { keyword, announced, source, line } of unused) {
      const { severity, says } = announced;
      this.#notes.set(`${source.file}:${line}`, {
        severity,
        message: `${keyword} ${says}`,
        place: { source, line },
      });
    }
    const checking = places.get('strictHostKeyChecking');
    if (values.strictHostKeyChecking !== 'no' || checking === undefined || this.#policyGiven) return;
    const message =
      'StrictHostKeyChecking no is not obeyed: hosts whose key is not known, or has changed, are refused';
    this.#notes.set(placeText(checking), { severity: 'warning', message, place: checking });
  }
}
