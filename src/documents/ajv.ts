import { createRequire } from 'node:module';
import type { Ajv2020, Options } from 'ajv/dist/2020.js';
import { uniqueItemsKeyword } from './unique-items.ts';

/** Annotations that editors read and validation ignores. */
const ANNOTATIONS = [
  'markdownDescription',
  'defaultSnippets',
  'enumDescriptions',
  'markdownEnumDescriptions',
];

const require = createRequire(import.meta.url);

/** The validator with our rules. Loaded only where it is needed: it takes 30 to 60 ms. */
export function createAjv(options: Options): Ajv2020 {
  const { Ajv2020: Ajv, _ } = require('ajv/dist/2020.js') as typeof import('ajv/dist/2020.js');
  const addFormats = require('ajv-formats') as typeof import('ajv-formats').default;
  const ajv = new Ajv({
    strict: true,
    strictTypes: false,
    strictRequired: false,
    allowUnionTypes: true,
    logger: false,
    // Compiling the schema of schemas takes 40 ms; tests compare our schemas with it.
    validateSchema: false,
    ...options,
  });
  ajv.removeKeyword('uniqueItems');
  ajv.addKeyword(uniqueItemsKeyword({ _ }));
  ajv.addVocabulary(ANNOTATIONS);
  addFormats(ajv);
  return ajv;
}
