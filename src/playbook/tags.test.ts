import { describe, expect, test } from 'vitest';
import { isChosen, type TagChoice, unknownTags } from './tags.ts';

function chosen(own: readonly string[], choice: Partial<TagChoice>): boolean {
  return isChosen({ tags: own }, { tags: [], skip: [], ...choice });
}

/** The rows follow Ansible's documentation, "Tags", section "Special tags". */
describe('a step is chosen by its tags', () => {
  test('without --tags everything runs but `never`', () => {
    expect(chosen([], {})).toBe(true);
    expect(chosen(['a'], {})).toBe(true);
    expect(chosen(['never'], {})).toBe(false);
    expect(chosen(['never', 'a'], {})).toBe(false);
  });

  test('--tags chooses by name, and `always` comes along', () => {
    expect(chosen(['a'], { tags: ['a'] })).toBe(true);
    expect(chosen(['a', 'b'], { tags: ['b', 'c'] })).toBe(true);
    expect(chosen(['b'], { tags: ['a'] })).toBe(false);
    expect(chosen([], { tags: ['a'] })).toBe(false);
    expect(chosen(['always'], { tags: ['a'] })).toBe(true);
  });

  test('`never` runs when it, or another tag of the step, is asked for', () => {
    expect(chosen(['never', 'debug'], { tags: ['debug'] })).toBe(true);
    expect(chosen(['never', 'debug'], { tags: ['never'] })).toBe(true);
    expect(chosen(['never', 'debug'], { tags: ['all'] })).toBe(false);
    expect(chosen(['never', 'debug'], { tags: ['tagged'] })).toBe(false);
  });

  test('--skip-tags wins over --tags', () => {
    expect(chosen(['a'], { skip: ['a'] })).toBe(false);
    expect(chosen(['a', 'b'], { tags: ['a'], skip: ['b'] })).toBe(false);
    expect(chosen(['b'], { skip: ['a'] })).toBe(true);
    expect(chosen(['always'], { skip: ['always'] })).toBe(false);
    expect(chosen(['always'], { skip: ['all'] })).toBe(true);
    expect(chosen(['a'], { skip: ['all'] })).toBe(false);
  });

  test('`tagged` and `untagged`', () => {
    expect(chosen(['a'], { tags: ['tagged'] })).toBe(true);
    expect(chosen([], { tags: ['tagged'] })).toBe(false);
    expect(chosen([], { tags: ['untagged'] })).toBe(true);
    expect(chosen(['a'], { tags: ['untagged'] })).toBe(false);
    expect(chosen(['a'], { skip: ['tagged'] })).toBe(false);
    expect(chosen([], { skip: ['untagged'] })).toBe(false);
  });
});

test('a tag that no step has is told with the nearest one', () => {
  const steps = [{ tags: ['firewall'] }] as never;
  expect(unknownTags(steps, { tags: ['firewal', 'all'], skip: ['firewall'] })).toMatchObject([
    { message: '--tags: no step has the tag `firewal`', hint: 'did you mean `firewall`?' },
  ]);
  expect(unknownTags([], { tags: [], skip: ['x'] })).toMatchObject([
    { message: '--skip-tags: no step has the tag `x`', hint: 'no step has any tag' },
  ]);
});
