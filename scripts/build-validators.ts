/**
 * Part of `npm run build`: compiles every schema once, so that no run has to. Usage: build-validators.ts [DIRECTORY]
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { validatorName } from '../src/documents/precompiled.ts';
import { validatorCode } from '../src/documents/validator-code.ts';
import { validatedSchemas } from './validated-schemas.ts';

const directory = process.argv[2] ?? fileURLToPath(new URL('../dist/validators/', import.meta.url));
rmSync(directory, { recursive: true, force: true });
mkdirSync(directory, { recursive: true });
for (const schema of validatedSchemas()) {
  writeFileSync(join(directory, validatorName(schema)), validatorCode(schema));
}
