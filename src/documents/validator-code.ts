import { createRequire } from 'node:module';
import { createAjv } from './ajv.ts';

const require = createRequire(import.meta.url);

/** The text of the CommonJS module that `quickCheck` loads for a schema. For the build. */
export function validatorCode(schema: object): string {
  const standalone = (require('ajv/dist/standalone') as typeof import('ajv/dist/standalone/index.js'))
    .default;
  const ajv = createAjv({ messages: false, code: { source: true } });
  const code = standalone(ajv, ajv.compile(schema));
  return `module.exports = (require, findDuplicate) => {\nconst module = {};\n${code}\nreturn module.exports;\n};\n`;
}
