import { knownSecrets } from '../secrets/known.ts';
import { maskValue } from '../secrets/mask-value.ts';

const STRING = /"(?:[^"\\]|\\.)*"/g;

/**
 * The last of the masks: whatever writes to a stream of this process, and whatever it writes, secrets do not get out.
 * Reports mask what they tell before they shorten or wrap it; this is for all that nobody thought of.
 */
export function maskStream(stream: NodeJS.WriteStream): void {
  const write = stream.write.bind(stream) as (chunk: unknown, ...rest: unknown[]) => boolean;
  stream.write = (chunk: unknown, ...rest: unknown[]): boolean => write(masked(chunk), ...rest);
}

function masked(chunk: unknown): unknown {
  if (typeof chunk === 'string') return maskedText(chunk);
  if (!(chunk instanceof Uint8Array) || knownSecrets.size === 0) return chunk;
  const text = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength).toString('latin1');
  const result = maskedText(text);
  return result === text ? chunk : Buffer.from(result, 'latin1');
}

/** In JSON only texts are masked: digits of a number may be those of a secret, and a mask is no number. */
export function maskedText(text: string): string {
  const result = knownSecrets.mask(text);
  if (result === text || !/^[{[]/.test(text)) return result;
  return (
    maskedEvent(text) ?? text.replace(STRING, (literal) => `"${knownSecrets.mask(literal.slice(1, -1))}"`)
  );
}

/** Of an event its structure stays. Undefined for what is none. */
function maskedEvent(text: string): string | undefined {
  if (!/^\{"event":"[^\n]*\}\n$/.test(text)) return undefined;
  try {
    return `${JSON.stringify(maskValue(JSON.parse(text)))}\n`;
  } catch {
    return undefined;
  }
}
