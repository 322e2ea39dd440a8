import { describe, expect, test, vi } from 'vitest';
import { sh } from '../shell/quote.ts';
import { type HostLook, type HostLookKind, hostLook, type LookContext, LookError } from './look.ts';
import { questionsOf } from './question.ts';

const CONTEXT: LookContext = { proofs: new Map(), deep: false, relist: false };

/** Says what stands before the mark of each query. */
function kindOf(flags: Partial<HostLookKind<string, string>> = {}): HostLookKind<string, string> {
  return {
    name: 'test',
    script: vi.fn((queries: readonly string[]) => sh`${queries}`),
    parse: vi.fn(({ stdout, mark, code }, queries) => {
      if (code !== 0) throw new LookError('it failed');
      const parts = stdout.toString('latin1').split(mark);
      return queries.map((_: string, index: number) => parts[index] ?? '');
    }),
    ...flags,
  };
}

function ask(kind: HostLookKind<string, string>, ...queries: readonly string[]) {
  const looks = new Map<string, HostLook<unknown>>(
    queries.map((query) => [`root\0test:${query}`, hostLook(kind, query, query)]),
  );
  const [question] = questionsOf(looks);
  if (question === undefined) throw new Error('no question');
  return (stdout: string, mark: string, more: { code?: number; stderr?: string } = {}) =>
    question.answers(
      {
        code: more.code ?? 0,
        stdout: Buffer.from(stdout, 'latin1'),
        stderr: Buffer.from(more.stderr ?? ''),
        received: 0,
        mark,
      },
      CONTEXT,
    );
}

describe('hosts that say the same', () => {
  test('share what was made of it', () => {
    const kind = kindOf({ sameForSame: true });
    const answer = ask(kind, 'a', 'b');
    expect(answer('oneAAtwoAA', 'AA')).toEqual(['one', 'two']);
    expect(answer('oneBBtwoBB', 'BB')).toEqual(['one', 'two']);
    expect(kind.parse).toHaveBeenCalledTimes(1);
  });

  test('but not when the mark stands elsewhere: every host knows its own', () => {
    const answer = ask(kindOf({ sameForSame: true }), 'a', 'b');
    expect(answer('oAAnetwoAA', 'AA')).toEqual(['o', 'netwo']);
    expect(answer('onetwo', 'CC')).toEqual(['onetwo', '']);
    expect(answer('oneBBtwoBB', 'BB')).toEqual(['one', 'two']);
  });

  test('and no host is told of the complaints of another', () => {
    const answer = ask(kindOf({ sameForSame: true }), 'a');
    const [first] = answer('', 'AA', { code: 1, stderr: 'disk of A' });
    const [second] = answer('', 'BB', { code: 1, stderr: 'no right on B' });
    expect(String(first)).toContain('disk of A');
    expect(String(second)).toContain('no right on B');
  });
});

test('a script is made once only for kinds that say so', () => {
  const looks = (kind: HostLookKind<string, string>) => new Map([['root\0test:a', hostLook(kind, 'a', 'a')]]);
  for (const [flags, times] of [
    [{}, 2],
    [{ sameForAll: true }, 1],
  ] as const) {
    const kind = kindOf(flags);
    const shared = looks(kind);
    for (const _host of [1, 2]) for (const question of questionsOf(shared)) question.script(CONTEXT);
    expect(kind.script).toHaveBeenCalledTimes(times);
  }
});
