import { readFileSync } from 'node:fs';
import type { Diagnostic } from '../documents/diagnostic.ts';
import { fileProblem } from '../documents/file-problem.ts';
import { Secret } from './secret.ts';

export interface ReadIdentities {
  readonly identities: readonly Secret[];
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Reads a file of age identities, as `age-keygen` writes it: a key on each line, and comments. No line of it is ever
 * shown.
 */
export function readIdentities(path: string): ReadIdentities {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    return { identities: [], diagnostics: [fileProblem(error, path)] };
  }
  return parseIdentities(text, path);
}

/** @param file used in messages only. */
function parseIdentities(text: string, file: string): ReadIdentities {
  const identities: Secret[] = [];
  const problem = (message: string, hint: string): ReadIdentities => ({
    identities: [],
    diagnostics: [{ severity: 'error', code: 'bad-identity', message, hint, file }],
  });
  for (const [at, written] of text.split('\n').entries()) {
    const line = written.trim();
    if (line === '' || line.startsWith('#')) continue;
    if (/^AGE-SECRET-KEY-(?:PQ-)?1[0-9A-Z]+$/.test(line)) {
      identities.push(new Secret(line));
      continue;
    }
    if (line.startsWith('-----BEGIN') || line.startsWith('ssh-')) {
      return problem(
        `line ${at + 1} begins a key of another kind: only age's own keys can be used`,
        'make one with provision secrets keygen, and have the files encrypted for it too',
      );
    }
    if (line.startsWith('AGE-PLUGIN-')) {
      return problem(
        `line ${at + 1} holds a key of an age plugin`,
        'decrypt with age itself: -e @<(age -d …)',
      );
    }
    return problem(`line ${at + 1} is no age identity`, 'an identity begins with AGE-SECRET-KEY-1');
  }
  if (identities.length > 0) return { identities, diagnostics: [] };
  return problem('the file holds no identity', 'make one: provision secrets keygen --output FILE');
}
