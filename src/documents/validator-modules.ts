import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { findDuplicate } from './unique-items.ts';

const require = createRequire(import.meta.url);

/** Where the build puts them; run from source there are none. */
const BUILT = fileURLToPath(new URL('../validators/', import.meta.url));

/** Says whether a value is valid, nothing more. */
export type QuickCheck = (value: unknown) => boolean;

/** It is given what it calls, so that it finds the library wherever it lies itself. */
type ValidatorModule = (require: NodeJS.Require, duplicate: typeof findDuplicate) => QuickCheck;

/** Makes the validator of this file name that the build wrote. The bundle has its own (scripts/bundle/validators.ts). */
export function makeValidator(
  name: string,
  duplicate: typeof findDuplicate,
  directory = BUILT,
): QuickCheck | undefined {
  const file = `${directory}/${name}`;
  return existsSync(file) ? (require(file) as ValidatorModule)(require, duplicate) : undefined;
}
