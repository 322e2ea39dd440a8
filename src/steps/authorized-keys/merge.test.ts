import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { changeToJson } from '../../engine/change.ts';
import { type Entry, readWanted } from './entry.ts';
import { merge } from './merge.ts';

const ONE = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAICNO/Pfrd0HWMFPnXqYdQbsN82G8W/whpGBK+6wyiNig';
const TWO = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAINaoSOkyUrYyOzxUHQ3ySA9Evtzds2HNuKzm2P0hBn/W';

function apply(
  lines: readonly string[],
  keys: readonly string[],
  how: { exclusive?: boolean; absent?: boolean } = {},
) {
  const entries = keys.map((key) => readWanted(key) as Entry);
  const text = lines.map((line) => `${line}\n`).join('');
  const wish = { path: '/f', entries, exclusive: how.exclusive ?? false, absent: how.absent ?? false };
  const merged = merge(text, wish);
  // Whatever it was: done once, it is done.
  expect(merge(merged.text, wish)).toEqual({ changes: [], text: merged.text });
  return { lines: merged.text.split('\n').slice(0, -1), changes: merged.changes.map(changeToJson) };
}

describe('merging', () => {
  test('bytes that are no UTF-8 come out as they went in', () => {
    const foreign = `command="echo \xfc" ${ONE} M\xfcller\xa0`;
    const { lines } = apply([foreign], [`${TWO} two`]);
    expect(lines).toEqual([foreign, `${TWO} two`]);
  });

  test('a comment in UTF-8 is compared by its bytes, and told as it reads', () => {
    // The second byte of "à" alone would be a no-break space.
    const there = Buffer.from(`${ONE} José à`).toString('latin1');
    expect(apply([there], [`${ONE} José à`]).changes).toEqual([]);
    const { lines, changes } = apply([there], [`${ONE} Zoë`]);
    expect(Buffer.from(lines[0] ?? '', 'latin1').toString()).toBe(`${ONE} Zoë`);
    expect(changes).toMatchObject([
      { target: 'ssh-ed25519 …+6wyiNig Zoë', before: { comment: 'José à' }, after: { comment: 'Zoë' } },
    ]);
  });

  test('a new key is appended and named with its fingerprint', () => {
    const { lines, changes } = apply([ONE], [`${TWO} two`]);
    expect(lines).toEqual([ONE, `${TWO} two`]);
    expect(changes).toEqual([
      {
        resource: 'authorized key',
        target: 'ssh-ed25519 …2P0hBn/W two',
        action: 'create',
        after: { path: '/f', fingerprint: 'SHA256:Ms0WX41/Doh3ebH27nPr6b2od1wWlz3SiVtpYemHxNM' },
      },
    ]);
  });

  test('an unrestricted copy of a restricted key is taken away, exclusive or not', () => {
    for (const exclusive of [true, false]) {
      const { lines, changes } = apply([ONE, `restrict ${ONE}`], [`restrict ${ONE}`], { exclusive });
      expect(lines).toEqual([`restrict ${ONE}`]);
      expect(changes).toHaveLength(1);
      expect(changes[0]).toMatchObject({ action: 'delete' });
    }
  });

  test('other options are an update in place, keeping a comment that is not managed', () => {
    const { lines, changes } = apply([`${ONE} mine`, TWO], [`restrict ${ONE}`]);
    expect(lines).toEqual([`restrict ${ONE} mine`, TWO]);
    expect(changes).toMatchObject([
      { action: 'update', attribute: 'options', before: { options: '' }, after: { options: 'restrict' } },
    ]);
  });

  test('one key may be wanted twice on different terms', () => {
    const keys = [`from="10.0.0.1" ${ONE}`, `from="10.0.0.2",no-pty ${ONE}`];
    expect(apply([ONE], keys).lines).toEqual(keys);
    expect(apply(keys, keys).changes).toEqual([]);
  });

  test('the same entry said twice counts once', () => {
    expect(apply([], [ONE, ONE, `${ONE} again`]).lines).toEqual([ONE]);
  });

  test('exclusive keeps comments and nothing else', () => {
    const { lines, changes } = apply(['# c', '', TWO, 'junk', ONE], [ONE], { exclusive: true });
    expect(lines).toEqual(['# c', '', ONE]);
    expect(changes.map((change) => change.target)).toEqual(['ssh-ed25519 …2P0hBn/W', '/f:4']);
  });

  test('absent takes every entry of the key', () => {
    expect(apply([ONE, `no-pty ${ONE} x`, TWO], [ONE], { absent: true }).lines).toEqual([TWO]);
  });

  test('a file that is right is not touched, not even its missing last newline', () => {
    const wish = { path: '/f', entries: [readWanted(ONE) as Entry], exclusive: false, absent: false };
    expect(merge(`#\r\n${ONE}`, wish).text).toBe(`#\r\n${ONE}`);
  });

  test('any file: what was not named stays, in order, and the result is stable', () => {
    const line = fc.constantFrom(
      ONE,
      TWO,
      `no-pty ${ONE}`,
      `${TWO} x`,
      '# c',
      '',
      'junk',
      `restrict ${TWO} y`,
    );
    fc.assert(
      fc.property(fc.array(line), fc.boolean(), (lines, absent) => {
        const kept = apply(lines, [`no-pty ${ONE}`], { absent }).lines.filter(
          (one) => !one.includes('wyiNig'),
        );
        expect(kept).toEqual(lines.filter((one) => !one.includes('wyiNig')));
      }),
    );
  });
});
