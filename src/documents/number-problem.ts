export interface NumberProblem {
  readonly severity?: 'warning';
  readonly code: string;
  readonly message: string;
  readonly hint: string;
}

/** What may go wrong with an unquoted number: it is not the number, or not the text, that was written. */
export function numberProblem(written: string, value: number): NumberProblem | undefined {
  if (!Number.isFinite(value)) {
    const message = `${written} is not a number that can be used here`;
    return { code: 'not-a-finite-number', message, hint: `for the text, write "${written}"` };
  }
  if (Number.isInteger(value) && !Number.isSafeInteger(value)) {
    const message = `the number ${written} is too large to be exact`;
    return { code: 'inexact-number', message, hint: `write it as text: "${written}"` };
  }
  if (/^[+-]?0\d+$/.test(written)) {
    const message = `${written} is the decimal number ${value} in YAML 1.2, not an octal one`;
    const hint = `for a file mode or other digits, write it as text: "${written}"`;
    return { severity: 'warning', code: 'leading-zero', message, hint };
  }
  // Versions: Go 1.20 would become Go 1.2.
  if (/^\d+\.\d+0$/.test(written)) {
    const message = `${written} is the number ${value}; its last zero is lost`;
    return {
      severity: 'warning',
      code: 'trailing-zero',
      message,
      hint: `for a version, write it as text: "${written}"`,
    };
  }
  return undefined;
}
