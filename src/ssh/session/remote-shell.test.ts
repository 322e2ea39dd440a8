import { createReadStream, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Duplex, Readable } from 'node:stream';
import { setImmediate, setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { localRemoteShell } from '../../../test/support/local-remote-shell.ts';
import { type LocalShell, localShells } from '../../../test/support/local-shell.ts';
import { leftOpen, now, watchOpening } from '../../../test/support/open-resources.ts';
import { until } from '../../../test/support/until.ts';
import { joinShell, sh } from '../../shell/quote.ts';
import { ConnectionError } from '../errors.ts';
import type { RemoteProcess } from '../transport.ts';
import { RemoteShell } from './remote-shell.ts';

const options = { timeout: 10_000 };
const open: RemoteShell[] = [];
const { shells, close } = localShells();
const directory = mkdtempSync(join(tmpdir(), 'provision-shell-'));
afterAll(() => {
  close();
  rmSync(directory, { recursive: true });
});

afterEach(() => {
  for (const shell of open.splice(0)) shell.close();
});

function start(local: LocalShell, noise = '', merged = false): RemoteShell {
  const shell = localRemoteShell(local, { noise, merged });
  open.push(shell);
  return shell;
}

test('a shell that is gone while a file is sent leaves no listeners behind', async () => {
  // Takes the first bytes and never another: the channel of a session that was killed.
  const io = new Duplex({ highWaterMark: 1, write: () => {}, read: () => {} });
  let most = 0;
  io.on('newListener', () => {
    most = Math.max(most, io.listenerCount('drain'), io.listenerCount('error'));
  });
  const remote: RemoteProcess = {
    io,
    stderr: new Readable({ read: () => {} }),
    room: () => undefined,
    exited: Promise.resolve(255),
  };
  const shell = new RemoteShell(remote, () => ({ kind: 'lost', message: 'the session was killed' }));
  let taken = 0;
  function* chunks() {
    for (; taken < 100; taken += 1) yield Buffer.alloc(1);
  }
  const input = { size: 100, open: () => Readable.from(chunks(), { highWaterMark: 1 }) };
  await expect(shell.run([{ script: sh`cat`, input }], options)).rejects.toThrow('the session was killed');
  expect(most).toBeLessThanOrEqual(1);
  expect(io.listenerCount('drain') + io.listenerCount('error')).toBe(0);
  expect(taken).toBeLessThan(10);
});

test.each([
  ['of a file', 2],
  ['of its script', 1],
])(
  'a host that takes nothing more %s while a part of its window is held back gets it',
  async (_what, stuckAt) => {
    const events: string[] = [];
    let writes = 0;
    let exit: (code: number) => void = () => {};
    let go: (error?: Error | null) => void = () => {};
    const remote: RemoteProcess = {
      io: new Duplex({
        highWaterMark: 1,
        write: (_chunk, _encoding, done) => {
          writes += 1;
          if (writes === stuckAt) go = done;
          else done();
        },
        read: () => {},
      }),
      stderr: new Readable({ read: () => {} }),
      room: () => undefined,
      holdBack: (bytes) => {
        events.push(`held to ${bytes}`);
        if (bytes > 1000) return undefined;
        return () => {
          events.push('given back');
          go();
        };
      },
      exited: new Promise((resolve) => {
        exit = resolve;
      }),
    };
    const shell = new RemoteShell(remote, () => ({ kind: 'lost', message: 'it has ended' }));
    for (const bytes of [2000, 1000, 500]) shell.holdBack(bytes);
    const input = { size: 2, open: () => Readable.from([Buffer.from('a'), Buffer.from('b')]) };
    const frames = stuckAt === 1 ? [{ script: sh`cat` }] : [{ script: sh`cat`, input }];
    const running = shell.run(frames, options);
    running.catch(() => {});
    await until(async () => events.includes('given back'));
    if (stuckAt > 1) await until(async () => writes === 3);
    exit(0);
    await expect(running).rejects.toThrow('it has ended');
    expect(events).toEqual(['held to 2000', 'held to 1000', 'given back']);
  },
);

test.each(['before', 'after'])(
  'a shell that is closed %s its process has ended waits for nothing',
  async (when) => {
    watchOpening();
    let exit: (code: number) => void = () => {};
    const remote: RemoteProcess = {
      io: new Duplex({ write: (_chunk, _encoding, done) => done(), read: () => {} }),
      stderr: new Readable({ read: () => {} }),
      room: () => undefined,
      exited: new Promise((resolve) => {
        exit = resolve;
      }),
    };
    const start = now();
    const shell = new RemoteShell(remote, () => ({ kind: 'lost', message: 'it has ended' }));
    if (when === 'before') shell.close();
    exit(0);
    await remote.exited;
    if (when === 'after') shell.close();
    await setImmediate();
    expect(await leftOpen(start, now(), 1_000)).toEqual([]);
    await expect(shell.run([{ script: sh`:` }], options)).rejects.toThrow('it has ended');
  },
);

describe.each(shells)('a long-lived $name', (local) => {
  test('answers several scripts in one request', async () => {
    const shell = start(local);
    const results = await shell.run(
      [{ script: sh`echo one; echo err >&2` }, { script: sh`printf two; exit 3` }, { script: sh`:` }],
      options,
    );
    expect(results.map(({ code }) => code)).toEqual([0, 3, 0]);
    expect(results.map(({ stdout }) => stdout.toString())).toEqual(['one\n', 'two', '']);
    expect(results[0]?.stderr.toString()).toBe('err\n');
    expect(shell.requests).toBe(1);
  });

  test('is not confused by what a host says on its own', async () => {
    const shell = start(local, 'echo welcome; echo warning >&2; printf "no newline"');
    const [result] = await shell.run([{ script: sh`echo ok` }], options);
    expect(result?.stdout.toString()).toBe('ok\n');
    expect(result?.stderr.toString()).toBe('');
  });

  test('brings every byte back and forth', async () => {
    const bytes = Buffer.from(
      Array.from({ length: 300_000 }, (_, index) => (index * 7 + (index >> 8)) % 256),
    );
    const shell = start(local);
    const input = { size: bytes.length, bytes, open: () => Readable.from([bytes]) };
    const [result] = await shell.run([{ script: sh`cat`, input }], options);
    expect(result?.stdout.equals(bytes)).toBe(true);
  });

  test('throws away the input that a script leaves, and goes on', async () => {
    const bytes = Buffer.alloc(200_001, 'echo pwned\n');
    const shell = start(local);
    const input = { size: bytes.length, bytes, open: () => Readable.from([bytes]) };
    const results = await shell.run(
      [{ script: sh`exit 4`, input }, { script: sh`cat`, input, onlyIfOk: true }, { script: sh`echo after` }],
      options,
    );
    expect(results.map(({ code }) => code)).toEqual([4, 125, 0]);
    expect(results[2]?.stdout.toString()).toBe('after\n');
    const [next] = await shell.run([{ script: sh`echo next` }], options);
    expect(next?.stdout.toString()).toBe('next\n');
  });

  describe.each([false, true])('input that a script takes itself, both streams in one: %s', (merged) => {
    const pwned = join(directory, `pwned-${local.name}-${merged}`);
    /** Read as requests it leaves a trace. */
    const request = `touch ${pwned}\n`;
    const bytes = Buffer.alloc(200_001, `${request.length}\n${request}`);
    const begin = (noise = ''): RemoteShell => start(local, noise, merged);
    afterEach(() => expect(existsSync(pwned)).toBe(false));
    const input = {
      size: bytes.length,
      bytes,
      taken: true,
      open: () => Readable.from([bytes]),
    } as const;
    const after = { script: sh`echo after` };
    /** A device that is always full is a disk that is. */
    const full = sh`exec 3>/dev/full; p_receive >&3`;

    test('comes whole, and no other program gets it', async () => {
      const shell = begin();
      const [result] = await shell.run([{ script: sh`cat; p_receive; cat`, input }], options);
      expect(result?.code).toBe(0);
      expect(result?.stdout.equals(bytes)).toBe(true);
    });

    test('with a token behind it, which tells that other parts are there', async () => {
      const script = sh`p_receive; echo "$p_owed"; p_await_parts; p_await_parts; echo "$p_owed"`;
      const open = () => Readable.from([bytes, Buffer.from('.')]);
      const own = { size: bytes.length + 1, taken: true, tokenFollows: true, open } as const;
      const [result, next] = await begin().run([{ script, input: own }, after], options);
      expect(result?.code).toBe(0);
      expect(result?.stdout.equals(Buffer.concat([bytes, Buffer.from('1\n0\n')]))).toBe(true);
      expect(next?.stdout.toString()).toBe('after\n');
    });

    test.each([
      ['it', sh`p_receive`, []],
      ['the token', sh`p_receive >/dev/null; p_await_parts`, ['.']],
    ])('is not thrown away a second time when a signal comes while %s is read', async (_what, take, more) => {
      const script = sh`me=$(sh -c 'echo $PPID'); { sleep 0.1; kill -TERM "$me"; } & ${take}`;
      const open = async function* () {
        yield bytes.subarray(0, 100_000);
        if (more.length === 0) await sleep(400);
        yield bytes.subarray(100_000);
        if (more.length > 0) await sleep(400);
        for (const text of more) yield Buffer.from(text);
      };
      const size = bytes.length + more.length;
      const token = more.length === 0 ? {} : ({ tokenFollows: true } as const);
      const own = { size, taken: true, open, ...token } as const;
      await expect(begin().run([{ script, input: own }, after], options)).rejects.toThrow(/^ended /);
    });

    test('without the token it is waited for, and its script does not go on', async () => {
      const trace = join(directory, `trace-${local.name}-${merged}`);
      const script = sh`p_tidy() { : >${trace}; }; p_receive >/dev/null; p_await_parts || exit 9; : >${pwned}`;
      const open = async function* () {
        yield bytes;
        await new Promise(() => {});
      };
      const own = { size: bytes.length + 1, taken: true, tokenFollows: true, open } as const;
      const shell = begin();
      const running = shell.run([{ script, input: own }], options);
      running.catch(() => {});
      await sleep(200);
      shell.close();
      await expect(running).rejects.toThrow();
      await until(async () => existsSync(trace));
    });

    test.each([
      ['is not taken', sh`exit 4`, 4],
      ['is not taken by a script that ends as it should', sh`:`, 0],
      ['cannot be written', sh`set -eu; ${full}; exit 9`, 1],
      ['cannot be written, and the script goes on', sh`${full} || exit 5`, 5],
      ['meets an error of the shell', sh`set -eu; echo "$nothing"`, 2],
      ['is left with a status that no script should have', sh`exit 137`, 25],
    ])('is thrown away when it %s', async (_when, script, code) => {
      const shell = begin();
      const left = sh`p_tidy() { echo "left with $p_rc"; }`;
      const [result, next] = await shell.run([{ script: joinShell([left, script]), input }, after], options);
      const own = code === 25 ? 137 : code;
      // What an error of the shell is as a status is the shell's own affair.
      if (code === 2) expect(result?.code).not.toBe(0);
      else {
        expect(result?.code).toBe(code);
        // Busybox has undone redirections around the subshell by then.
        expect(`${result?.stdout}${result?.stderr}`).toContain(`left with ${own}\n`);
      }
      expect(next?.stdout.toString()).toBe('after\n');
      const [last] = await shell.run([after], options);
      expect(last?.stdout.toString()).toBe('after\n');
    });

    test('says why it cannot be written', async () => {
      const [result] = await begin().run([{ script: full, input }], options);
      expect(result?.stderr.toString()).toContain('No space left on device');
    });

    const noRead = 'dd() { case $* in *bs=65536*) return 1 ;; esac; command dd "$@"; }';
    test.each([
      ['it is thrown away', { script: sh`exit 3`, input }],
      [
        'it goes through a pipe',
        { script: sh`cat >/dev/null`, input: { ...input, taken: undefined as never } },
      ],
      ['its script is left out', { script: sh`p_receive`, input, onlyIfOk: true }],
    ])('no request is read out of it when it cannot be read and %s', async (_when, frame) => {
      const shell = begin(noRead);
      await expect(shell.run([{ script: sh`exit 1` }, frame, after], options)).rejects.toThrow();
    });

    test.each([
      ['the script', sh`kill -KILL "$(sh -c 'echo $PPID')"`],
      ['what reads it', sh`dd() { kill -KILL "$(sh -c 'echo $PPID')"; }; p_receive`],
      ['what reads it, without a word', sh`dd() { return 1; }; p_receive`],
    ])('no request is read out of it when %s is killed', async (_what, script) => {
      const shell = begin();
      await expect(shell.run([{ script, input }, after], options)).rejects.toThrow();
    });
  });

  test('a script that reads, exits or breaks does not reach the next one', async () => {
    const shell = start(local);
    const results = await shell.run(
      [
        { script: sh`cat; echo read` },
        { script: sh`cd /; umask 000; X=1; exit 7` },
        { script: sh`set -eu; echo "\${X-unset} $(umask)"; : >/nonexistent/file` },
        { script: sh`echo "$MARK 0"; printf '\n%s' "$MARK"` },
      ],
      options,
    );
    expect(results[0]?.stdout.toString()).toBe('read\n');
    expect(results[1]?.code).toBe(7);
    expect(results[2]?.stdout.toString()).toMatch(/^unset 0?077\n$/);
    expect(results[2]?.code).not.toBe(0);
  });

  test('requests made at the same time are answered in order', async () => {
    const shell = start(local);
    const answers = await Promise.all([1, 2, 3].map((n) => shell.run([{ script: sh`echo ${n}` }], options)));
    expect(answers.map(([one]) => one?.stdout.toString())).toEqual(['1\n', '2\n', '3\n']);
  });

  test('a silent script ends in a time-out, and the shell is not used again', async () => {
    const shell = start(local);
    await expect(shell.run([{ script: sh`sleep 5` }], { timeout: 100 })).rejects.toThrow(ConnectionError);
    await expect(shell.run([{ script: sh`:` }], options)).rejects.toThrow(ConnectionError);
  });

  test('a shell that dies is a lost connection, never an empty answer', async () => {
    const shell = start(local);
    await expect(shell.run([{ script: sh`kill -9 $$` }], options)).rejects.toThrow(/ended/);
  });

  test('a file that cannot be read while it is sent ends the shell, and says so', async () => {
    const shell = start(local);
    const input = { size: 10, open: () => createReadStream('/nonexistent/file') };
    await expect(shell.run([{ script: sh`cat`, input }], options)).rejects.toThrow(/could not be read/);
    await expect(shell.run([{ script: sh`:` }], options)).rejects.toThrow(ConnectionError);
  });

  test('a file that grows or shrinks while it is sent is noticed', async () => {
    const shell = start(local);
    const input = { size: 10, open: () => Readable.from([Buffer.from('short')]) };
    await expect(shell.run([{ script: sh`cat`, input }], options)).rejects.toThrow(
      /changed on the controller/,
    );
  });
});
