import { cutText } from '../secrets/cut-text.ts';
import type { Shell } from '../shell/quote.ts';
import type { FrameResult } from '../ssh/session/frames.ts';
import { type HostLookKind, type HostLooks, type LookContext, LookError } from './look.ts';

/** All looks of one kind in a trip: one fragment of shell. */
export interface Question {
  readonly kind: HostLookKind<never, unknown>;
  /** The store keys of the looks, in the order of the answers. */
  readonly keys: readonly string[];
  script(context: LookContext): Shell;
  /** One answer a key; `LookError` instances where looking failed. */
  answers(output: FrameResult & { readonly mark: string }, context: LookContext): readonly unknown[];
}

/** Answers of this many hosts are kept for others that say the same. */
const MOST_KEPT = 32;
/** Characters of an answer that is kept; a larger one may fill the memory. */
const LONGEST = 64 * 1024;
/** No byte of an answer is read as this. */
const MARK = '\u0100';

const known = new WeakMap<HostLooks, readonly Question[]>();

/** Groups looks by kind. What was made of a set of looks is kept with it: a fleet shares it. */
export function questionsOf(looks: HostLooks): readonly Question[] {
  const made = known.get(looks) ?? group(looks);
  known.set(looks, made);
  return made;
}

function group(looks: HostLooks): readonly Question[] {
  const kinds = new Map<HostLookKind<never, unknown>, { keys: string[]; queries: never[] }>();
  for (const [key, look] of looks) {
    const { asked } = look.kind;
    const kind = asked?.kind ?? look.kind;
    const mine = kinds.get(kind) ?? { keys: [], queries: [] };
    kinds.set(kind, mine);
    mine.keys.push(key);
    mine.queries.push((asked === undefined ? look.query : asked.as(look.query as never)) as never);
  }
  return [...kinds].map(([kind, { keys, queries }]) => question(kind, keys, queries));
}

function question(
  kind: HostLookKind<never, unknown>,
  keys: readonly string[],
  queries: readonly never[],
): Question {
  let script: Shell | undefined;
  const answered = new Map<string, readonly unknown[]>();
  return {
    kind,
    keys,
    script(context) {
      if (kind.sameForAll !== true) return kind.script(queries, context);
      script ??= kind.script(queries, context);
      return script;
    },
    answers(output, context) {
      if (kind.sameForSame !== true) return parse(kind, queries, output, context);
      // Where the mark stands counts: a host that knows its own could say what another one does, but for the mark.
      const said = `${output.code} ${output.stdout.toString('latin1').replaceAll(output.mark, MARK)}`;
      const before = answered.get(said);
      if (before !== undefined) return before;
      const answers = parse(kind, queries, output, context);
      // What failed tells of this host's own complaints.
      const failed = answers.some((answer) => answer instanceof LookError);
      if (!failed && said.length <= LONGEST && answered.size < MOST_KEPT) answered.set(said, answers);
      return answers;
    },
  };
}

function parse(
  kind: HostLookKind<never, unknown>,
  queries: readonly never[],
  output: FrameResult & { readonly mark: string },
  context: LookContext,
): readonly unknown[] {
  try {
    const answers = kind.parse(output, queries, context);
    if (answers.length === queries.length) return answers;
    throw new LookError(`the host gave ${answers.length} answers to ${queries.length} questions`);
  } catch (error) {
    if (!(error instanceof LookError)) throw error;
    const said = cutText(output.stderr.toString('utf8').trim().split('\n').slice(-2).join(' / '), 300);
    const failed = new LookError(
      `observing (${kind.name}) failed: ${error.message}${said === '' ? '' : ` (the host said: ${said})`}`,
    );
    return queries.map(() => failed);
  }
}
