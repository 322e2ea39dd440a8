import { expect, test } from 'vitest';
import { culpritOf } from '../support/one-by-one.ts';

const values = Array.from({ length: 1000 }, (_, index) => index);
const tryFor =
  (...bad: readonly number[]) =>
  async (batch: readonly number[]) =>
    bad.every((one) => batch.includes(one)) ? `wrong with ${bad}` : undefined;

test('the one value in a batch that something does not hold for is found', async () => {
  expect(await culpritOf(values, 300, tryFor(777))).toEqual({ values: [777], found: 'wrong with 777' });
  expect(await culpritOf(values, 300, async () => undefined)).toBeUndefined();
});

test('values that are only wrong together are told together', async () => {
  const culprit = await culpritOf(values, 300, tryFor(610, 890));
  expect(culprit?.values).toHaveLength(300);
  expect((await culpritOf(values, 300, tryFor(610, 620)))?.values).toEqual(values.slice(600, 638));
});
