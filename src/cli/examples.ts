/** The end of a command's help: examples, each on a line of its own so that it can be copied, and exit codes. */
export function examples(
  list: readonly (readonly [command: string, explanation: string])[],
  exitCodes = EXIT_CODES,
): string {
  const lines = list.flatMap(([command, explanation]) => [`  # ${explanation}`, `  ${command}`]);
  return ['Examples:', ...lines, '', exitCodes].join('\n');
}

/** Of commands that have nothing to do with hosts. */
export const LOCAL_EXIT_CODES = `Exit codes:
  0 done                               1 usage, validation or internal error
  130 interrupted`;

const EXIT_CODES = `Exit codes (the worst wins, in the order 1, 3, 4, 2):
  0 done, nothing to report            1 usage, validation or internal error
  2 changes pending or drift           3 a step failed on some host
  4 some host could not be observed    130 interrupted`;
