import type { Path, SourceDocument } from '../documents/source-document.ts';
import { keepSecret } from '../secrets/derived.ts';
import { SecretValue } from '../secrets/secret-value.ts';
import type { ValueResult } from './result.ts';
import type { CompiledValue } from './value.ts';

/** A value that stands elsewhere: read when it is evaluated, and sensitive. */
export function compileSecret(
  raw: SecretValue,
  document: SourceDocument | undefined,
  path: Path,
): CompiledValue {
  function evaluate(): ValueResult {
    const read = raw.read();
    if (read.ok) return { ok: true, value: read.secret.reveal(), sensitive: true };
    return {
      ...read,
      path: [],
      ...(document === undefined ? {} : { range: document.locate(path), source: document }),
    };
  }
  return { raw, isConstant: false, secret: true, references: [], diagnostics: [], evaluate };
}

/** The same value, and whatever it comes to is secret: it stands in an encrypted file. */
export function secretly(compiled: CompiledValue): CompiledValue {
  const { members } = compiled;
  return {
    ...compiled,
    secret: true,
    ...(members === undefined
      ? {}
      : { members: new Map([...members].map(([key, member]) => [key, secretly(member)])) }),
    evaluate: (scope) => {
      const result = compiled.evaluate(scope);
      if (!result.ok) return result;
      keepSecret(result.value);
      return { ...result, sensitive: true };
    },
  };
}

/** Whether a value that stands elsewhere is in it, at any depth. */
export function holdsSecret(raw: unknown): boolean {
  if (raw instanceof SecretValue) return true;
  return typeof raw === 'object' && raw !== null && Object.values(raw).some(holdsSecret);
}
