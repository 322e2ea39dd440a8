import { writeFileSync } from 'node:fs';
import { generatedFiles } from '../src/playbook/reference/generated-files.ts';

/** `npm run schemas`: writes the editor's schema and the reference pages anew. */
for (const [path, text] of generatedFiles()) {
  writeFileSync(new URL(`../${path}`, import.meta.url), text);
}
