import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { processHome } from '../controller/process-user.ts';
import type { ReadTag } from '../documents/tags.ts';
import { runProgram } from './run-program.ts';
import { Secret } from './secret.ts';
import { type ReadSecret, SecretValue } from './secret-value.ts';
import { isTooShort } from './short-words.ts';

/** Milliseconds for a command that gives a secret: it may ask the operator something. */
const PATIENCE = 5 * 60_000;
const FORMS = 'write !secret {env: NAME}, !secret {file: PATH} or !secret {command: [PROGRAM, ARGUMENT]}';

interface Source {
  readonly from: 'env' | 'file' | 'command';
  readonly words: readonly string[];
  /** Line breaks at the end do not belong to it. */
  readonly strip: boolean;
}

export interface ReadValueOptions {
  /** Where relative paths and commands begin: the folder of the file that names them. */
  readonly folder: string;
  /** Where it is asked for, for people: a file and a line. */
  readonly place: string;
  /** Not to be read, because nothing is going to be done with it. */
  readonly unread?: string;
  /** When nothing may be waited for any more, by the monotonic clock (`performance.now()`). */
  readonly ends?: number;
  /** Is told what people should know of a value, without the value. */
  readonly note?: (text: string) => void;
}

/** What `!secret` makes of the mapping behind it. Nothing is read before the variable is used. */
export function secretTag(value: unknown, options: ReadValueOptions): ReadTag {
  const { place, unread } = options;
  const source = sourceOf(value);
  if (typeof source === 'string') return { ok: false, message: source, hint: FORMS };
  const read = (): ReadSecret => {
    if (unread !== undefined) return { ok: false, kind: 'unknown', reason: unread };
    const found = readSource(source, options);
    if (found.ok) noteWeak(found.secret, place, options.note);
    return found;
  };
  return { ok: true, value: new SecretValue(read) };
}

/** Says that a secret is too short to be masked. */
export function noteWeak(secret: Secret, place: string, note?: (text: string) => void): void {
  if (!isTooShort(secret.reveal())) return;
  note?.(
    `warning: ${place}: this secret is too short to be masked where a host or a command prints it: take a longer one`,
  );
}

function sourceOf(value: unknown): Source | string {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return '!secret takes a mapping that says where the secret stands';
  }
  const { env, file, command, strip = true, ...rest } = value as Readonly<Record<string, unknown>>;
  const [unknown] = Object.keys(rest);
  if (unknown !== undefined) return `!secret knows no \`${unknown}\``;
  if (typeof strip !== 'boolean') return '`strip` of !secret must be true or false';
  const given = Object.entries({ env, file, command }).filter(([, one]) => one !== undefined);
  const [first] = given;
  if (first === undefined || given.length > 1) return '!secret takes one of `env`, `file` and `command`';
  const [from, written] = first as [Source['from'], unknown];
  const words = from === 'command' ? written : [written];
  if (!Array.isArray(words) || words.length === 0 || !words.every(isWord)) {
    return from === 'command'
      ? '`command` of !secret must be a list of a program and its arguments: no shell is involved'
      : `\`${from}\` of !secret must be text`;
  }
  return { from, words, strip };
}

function isWord(word: unknown): word is string {
  return typeof word === 'string' && word !== '';
}

const kept = new Map<string, ReadSecret>();

/** Each is read once in a process, however many variables name it. */
function readSource(source: Source, options: ReadValueOptions): ReadSecret {
  const key = JSON.stringify([source, source.from === 'env' ? '' : options.folder]);
  const known = kept.get(key) ?? READERS[source.from](source, options);
  kept.set(key, known);
  return known;
}

const READERS: Readonly<Record<Source['from'], (source: Source, options: ReadValueOptions) => ReadSecret>> = {
  env: (source) => {
    const [name = ''] = source.words;
    const value = process.env[name];
    if (value !== undefined && value !== '') return found(value, source);
    return refused(
      `the environment variable ${name} ${value === '' ? 'is empty' : 'is not set'}`,
      `set it for this run: ${name}=… provision …`,
    );
  },
  file: (source, { folder }) => {
    const path = resolve(folder, source.words[0]!.replace(/^~(?=\/)/, processHome()));
    try {
      return found(readFileSync(path, 'utf8'), source);
    } catch (error) {
      return refused(`the secret's file ${path} cannot be read (${(error as NodeJS.ErrnoException).code})`);
    }
  },
  command: (source, { folder, place, ends = Number.POSITIVE_INFINITY }) => {
    const [program = '', ...args] = source.words;
    const left = ends - performance.now();
    const over = 'the time of the run (--run-timeout) is over';
    if (left <= 0) return refused(`${program}, which gives the secret, was not run: ${over}`);
    // What it asks, and what it complains of, is for the operator.
    const run = runProgram(program, args, {
      cwd: folder,
      limit: Math.min(left, PATIENCE),
      what: `${program} (${place})`,
    });
    if (run.error === 'ETIMEDOUT') {
      const why = left < PATIENCE ? over : `it took more than ${PATIENCE / 60_000} minutes`;
      return refused(`${program}, which gives the secret, was ended: ${why}`);
    }
    if (run.error !== undefined) {
      return refused(`${program}, which gives the secret, cannot be run (${run.error})`);
    }
    if (run.status !== 0) {
      const ended = run.signal === null ? `ended with status ${run.status}` : `was ended by ${run.signal}`;
      return refused(`${program}, which gives the secret, ${ended}`, 'what it said stands above');
    }
    return run.stdout.trim() === ''
      ? refused(`${program}, which gives the secret, printed nothing`)
      : found(run.stdout, source);
  },
};

function found(text: string, { strip }: Source): ReadSecret {
  return { ok: true, secret: new Secret(strip ? text.replace(/[\r\n]+$/, '') : text) };
}

function refused(reason: string, hint?: string): ReadSecret {
  return { ok: false, kind: 'invalid', reason, ...(hint === undefined ? {} : { hint }) };
}
