import fc from 'fast-check';
import { expect, test } from 'vitest';
import { stepsProgram } from '../../test/support/run-steps.ts';
import { WithoutLinks } from '../../test/support/view.ts';
import { contentLook } from '../looks/content.ts';
import { programLook } from '../looks/program.ts';
import { statLook } from '../looks/stat.ts';
import { writableLook } from '../looks/writable.ts';
import { newHostState } from './host-state.ts';
import type { Look } from './look.ts';
import { type Prediction, predictHost } from './predict.ts';
import { storeKey } from './store-key.ts';

const OWNED = { exists: true, owner: 'root', group: 'root', size: 0, mtime: 0 } as const;
const DIRECTORY = { ...OWNED, type: 'directory', mode: '0755' };
const FILE = { ...OWNED, type: 'file', mode: '0644' };
const ABSENT = { exists: false };
const EMPTY_SHA256 = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

/** Some are as wanted, some change, some build on what others bring, one cannot succeed. */
const STEPS = [
  { file: { path: '/etc/right', content: '' } },
  { directory: { path: '/opt/new' } },
  { file: { path: '/opt/new/below', content: '' } },
  { command: { argv: ['make'], creates: '/opt/made' } },
  { file: { path: '/etc/wrong', content: '' } },
  { file: { path: '/none/f', content: '' } },
  { link: { path: '/etc/link', target: '/opt/new' } },
] as const;

const ANSWERS: readonly (readonly [Look<unknown>, unknown])[] = [
  ...['/etc', '/opt'].map((path) => [statLook(path), DIRECTORY] as const),
  ...['/opt/new', '/opt/new/below', '/opt/made', '/none', '/none/f', '/etc/link'].map(
    (path) => [statLook(path), ABSENT] as const,
  ),
  ...['/etc/right', '/etc/wrong'].map((path) => [statLook(path), FILE] as const),
  [contentLook('/etc/right', EMPTY_SHA256), { sha256: EMPTY_SHA256 }],
  [contentLook('/etc/wrong', EMPTY_SHA256), { sha256: '0'.repeat(64), bytes: Buffer.from('x') }],
  ...['/none/f', '/opt/new/below'].map(
    (path) => [contentLook(path, EMPTY_SHA256), { sha256: undefined }] as const,
  ),
  ...['/etc', '/opt', '/opt/new', '/etc/wrong', '/none'].map((path) => [writableLook(path), 'yes'] as const),
  [programLook('make'), true],
];

function told({ steps, missing }: Prediction): unknown {
  return {
    steps: steps.map(({ instance, outcome, assumes }) => [
      instance.ref.id,
      outcome.kind === 'done'
        ? [outcome.value.comparison.changes, outcome.value.comparison.effects]
        : outcome,
      assumes,
    ]),
    missing: [...missing.keys()].sort(),
  };
}

test('a prediction that goes on from an earlier one is the one that begins anew', () => {
  const round = fc.integer({ min: 0, max: 3 });
  const order = fc.shuffledSubarray([...STEPS], { minLength: 1 });
  const rounds = fc.array(round, { minLength: ANSWERS.length, maxLength: ANSWERS.length });
  fc.assert(
    fc.property(
      order,
      rounds,
      fc.constantFrom('dry-run' as const, 'drift' as const),
      (steps, comes, mode) => {
        const program = stepsProgram('h', steps);
        const state = newHostState(new Map(), false);
        let before: Prediction | undefined;
        for (const now of [0, 1, 2, 3]) {
          const known = ANSWERS.filter((_, index) => (comes[index] as number) <= now);
          const answers = new WithoutLinks(
            known.map(([look, answer]) => [storeKey(look, 'root'), answer] as const),
          );
          const goneOn = predictHost(program, { ...state, answers }, mode, before);
          expect(told(goneOn)).toEqual(told(predictHost(program, { ...state, answers }, mode)));
          before = goneOn;
        }
      },
    ),
    { numRuns: 300 },
  );
});

test('what is settled is not compared again', () => {
  const program = stepsProgram('h', STEPS.slice(0, 2));
  const state = newHostState(new Map(), false);
  const some = ANSWERS.slice(0, 1).concat(ANSWERS.filter(([look]) => look.key.includes('/etc/right')));
  const answersOf = (known: typeof ANSWERS) =>
    new WithoutLinks(known.map(([look, answer]) => [storeKey(look, 'root'), answer] as const));
  const first = predictHost(program, { ...state, answers: answersOf(some) }, 'dry-run');
  expect(first.steps.map(({ outcome }) => outcome.kind)).toEqual(['done', 'pending']);
  const second = predictHost(program, { ...state, answers: answersOf(ANSWERS) }, 'dry-run', first);
  expect(second.steps[0]).toBe(first.steps[0]);
  expect(second.steps[1]?.outcome.kind).toBe('done');
});
