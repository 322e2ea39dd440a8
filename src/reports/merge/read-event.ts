import { compileSchema, type Validator } from '../../documents/schema.ts';
import { createSourceDocument } from '../../documents/source-document.ts';
import { JSON_FORMAT } from '../json-lines.ts';
import type { EventJson } from './event-json.ts';
import { EVENT_SCHEMAS } from './event-schemas.ts';

/** One line of a stream: an event that matters, one that does not, or why it is none. */
export type ReadEvent =
  | { readonly kind: 'event'; readonly event: EventJson }
  /** Of a kind that a report does not need; `host` when it tells of one. */
  | { readonly kind: 'other'; readonly host?: string }
  | { readonly kind: 'torn' }
  | { readonly kind: 'wrong'; readonly message: string; readonly hint?: string };

const NO_EVENT = 'give what `provision … --json` has written to standard output, and nothing else';

const FACTS = 'facts of several parts need no merging: put the files one after the other';

/** What is wrong is told by the line alone: it may be long. */
const NOWHERE = createSourceDocument('event', '', undefined);

const validators = new Map<string, Validator>();

/** Reads one line of what `--json` writes, and trusts nothing in it. */
export function readEvent(line: string): ReadEvent {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return { kind: 'torn' };
  }
  const { event, host, format } = Object(value) as Record<string, unknown>;
  if (typeof event !== 'string') return { kind: 'wrong', message: 'this is no event', hint: NO_EVENT };
  if (event === 'facts') return { kind: 'wrong', message: 'these are facts, and no run', hint: FACTS };
  if (event === 'run-started' && format !== JSON_FORMAT) return otherFormat(format);
  // Not by [event] alone: the word is the file's, and every object has a `constructor`.
  const schema = Object.hasOwn(EVENT_SCHEMAS, event)
    ? EVENT_SCHEMAS[event as keyof typeof EVENT_SCHEMAS]
    : undefined;
  if (schema === undefined) return { kind: 'other', ...(typeof host === 'string' ? { host } : {}) };
  const validator = validators.get(event) ?? compileSchema(schema as Record<string, unknown>);
  validators.set(event, validator);
  const [wrong] = validator.validate(NOWHERE, [], value);
  if (wrong === undefined) return { kind: 'event', event: value as EventJson };
  return {
    kind: 'wrong',
    message: `this ${event} event is damaged: ${wrong.message}`,
    hint: 'was the stream changed after it was written?',
  };
}

function otherFormat(format: unknown): ReadEvent {
  const newer = typeof format === 'number' && format > JSON_FORMAT;
  return {
    kind: 'wrong',
    message: `the format of this stream is ${JSON.stringify(format)}, and only ${JSON_FORMAT} is known here`,
    hint: newer
      ? 'it was written by a newer provision: merge with that one'
      : 'was the stream changed after it was written?',
  };
}
