/** Answers of a host key check that are no plain yes; many of them ssh2 by itself takes for one. */
export const VERIFIER_ANSWERS: readonly (readonly [name: string, check: () => unknown])[] = [
  ['false', () => false],
  ['true', () => true],
  ['undefined', () => undefined],
  ['null', () => null],
  ['0', () => 0],
  ["''", () => ''],
  ['NaN', () => Number.NaN],
  ['{}', () => ({})],
  ["{ trusted: 'yes' }", () => ({ trusted: 'yes' })],
  ['{ trusted: 1 }', () => ({ trusted: 1 })],
  ['{ trusted: false }', () => ({ trusted: false })],
  ['a promise of false', () => Promise.resolve(false)],
  ['a promise of true', () => Promise.resolve(true)],
  ['a promise of trust', () => Promise.resolve({ trusted: true })],
  ['an Error', () => new Error('no')],
  [
    'an exception',
    () => {
      throw new Error('no');
    },
  ],
  [
    'an exception that is nothing',
    () => {
      throw undefined;
    },
  ],
];
