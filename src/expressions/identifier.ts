/** Words that the expression language keeps for itself (CEL specification, "Syntax"). */
const RESERVED = new Set([
  ...[
    'as',
    'break',
    'const',
    'continue',
    'else',
    'false',
    'for',
    'function',
    'if',
    'import',
    'in',
    'let',
    'loop',
  ],
  ...['namespace', 'null', 'package', 'return', 'true', 'var', 'void', 'while'],
]);

export interface NameProblem {
  readonly message: string;
  readonly hint: string;
}

/** Why a variable of this name cannot be used in expressions, if so. */
export function variableNameProblem(name: string): NameProblem | undefined {
  if (RESERVED.has(name)) {
    const message = `\`${name}\` is a word of the expression language and cannot be used there as a variable`;
    return { message, hint: `choose another name, such as ${name}_name` };
  }
  if (/^[A-Za-z_]\w*$/.test(name)) return undefined;
  return {
    message: `the variable name \`${name}\` cannot be used in an expression`,
    hint: 'use letters, digits and _ only',
  };
}
