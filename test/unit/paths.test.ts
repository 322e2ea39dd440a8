import {
  lchownSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LookError } from '../../src/engine/look.ts';
import { questionsOf } from '../../src/engine/question.ts';
import { linkLook } from '../../src/looks/link.ts';
import { statLook } from '../../src/looks/stat.ts';
import { sh } from '../../src/shell/quote.ts';
import { localShells, runScript, together } from '../support/local-shell.ts';

const { shells, close } = localShells();
const root = mkdtempSync(join(tmpdir(), 'paths-'));
const at = (name: string): string => join(root, name);
const me = userInfo().username;

beforeAll(() => {
  mkdirSync(at('dir/-e'), { recursive: true });
  writeFileSync(at('dir/file\n=0'), '');
  symlinkSync('dir', at('to a dir'));
  symlinkSync(at('to a dir/-e'), at('-n'));
  symlinkSync('=1', at('=0'));
  // As one who knows how records look would lay it, to pass off his own as the next one's.
  symlinkSync(`x\n41ed 0 0 4096 1 1:1:4096:x:y|root:root ${at('dir')}\n\n=0`, at('forged'));
  symlinkSync(`' -> '${at('forged')} -> y'`, at('quoted'));
  symlinkSync(`x '${at('as quoted')}' -> 'y'`, at('as quoted'));
  symlinkSync(`x ${at('as plain')} -> y`, at('as plain'));
  symlinkSync(Buffer.from([0x66, 0xff, 0x0a]), at('bytes'));
});
afterAll(() => {
  close();
  rmSync(root, { recursive: true });
});

describe.each(shells)('links and what is at paths, asked together in $name', (shell) => {
  const link = (target: string) => ({ exists: true, type: 'link', target, owner: me });
  const FORGED = `x\n41ed 0 0 4096 1 1:1:4096:x:y|root:root ${at('dir')}\n\n=0`;
  const QUOTED = `' -> '${at('forged')} -> y'`;

  test('each has its own answer, whatever links and names hold', () => {
    const looks = [
      statLook(at('none')),
      linkLook(at('to a dir')),
      statLook(at('forged')),
      linkLook(at('dir')),
      statLook(at('dir')),
      linkLook(at('forged')),
      statLook(at('dir/file\n=0')),
      statLook(at('=0')),
      linkLook(at('-n')),
      statLook(at('to a dir')),
      linkLook(at('none')),
      linkLook(at('quoted')),
      statLook(at('quoted')),
      linkLook(at('bytes')),
      statLook(at('bytes')),
      statLook('/'),
    ];
    expect(together(shell, looks)).toMatchObject([
      { exists: false },
      { target: 'dir', owner: me, real: at('dir') },
      link(FORGED),
      undefined as never,
      { exists: true, type: 'directory' },
      { target: FORGED, owner: me, real: undefined },
      { exists: true, type: 'file', size: 0 },
      link('=1'),
      { target: at('to a dir/-e'), owner: me, real: at('dir/-e') },
      link('dir'),
      undefined as never,
      { target: QUOTED, owner: me, real: undefined },
      link(QUOTED),
      { target: 'f\\xff\\x0a', owner: me, real: undefined },
      link('f\\xff\\x0a'),
      { exists: true, type: 'directory', owner: 'root' },
    ]);
  });

  test('a target is not taken for what would be its other half', () => {
    const targets = [
      ['as quoted', `x '${at('as quoted')}' -> 'y'`],
      ['as plain', `x ${at('as plain')} -> y`],
    ] as const;
    for (const [name, target] of targets)
      expect(together(shell, [linkLook(at(name)), statLook(at(name))])).toEqual([
        { target, owner: me, real: undefined },
        expect.objectContaining({ type: 'link', target, owner: me, group: expect.not.stringContaining(' ') }),
      ]);
  });

  test.runIf(shell.name !== 'busybox').each(["'", '"'])(
    'where a stat puts names into %s, whatever it is told',
    (quote) => {
      const bin = mkdtempSync(join(root, 'quoting-'));
      const quoting = `#!/bin/sh
PATH=${shell.path}; q=\\${quote}; how=$1 format=$2; shift 3
for p; do
  case $format in *%N*) ;; *) stat "$how" "$format" -- "$p"; continue ;; esac
  name=$q$p$q; if [ -L "$p" ]; then name="$name -> $q$(readlink "$p")$q"; fi
  printf %s "$(stat -c "\${format%%%N*}" -- "$p")$name"
  if [ "$how" = -c ]; then echo; else printf '\\0'; fi
done
`;
      writeFileSync(join(bin, 'stat'), quoting, { mode: 0o755 });
      const host = { ...shell, path: `${bin}:${shell.path}` };
      expect(together(host, [linkLook(at('=0')), statLook(at('dir')), statLook(at('=0'))])).toMatchObject([
        { target: '=1', owner: me },
        { exists: true, type: 'directory', owner: me },
        link('=1'),
      ]);
    },
  );

  test('of links alone, of paths alone, of nothing that is there', () => {
    expect(together(shell, [linkLook(at('dir')), linkLook(at('to a dir'))])).toEqual([
      undefined,
      { target: 'dir', owner: me, real: at('dir') },
    ]);
    expect(together(shell, [linkLook(at('none')), statLook(at('none'))])).toEqual([
      undefined,
      { exists: false },
    ]);
    expect(together(shell, [statLook(at('dir')), linkLook(at('dir'))])).toMatchObject([
      { type: 'directory' },
      undefined as never,
    ]);
  });

  test('the shell is where it was', () => {
    const look = linkLook(at('to a dir'));
    const [question] = questionsOf(new Map([[look.key, look]]));
    const script = question!.script({ proofs: new Map(), deep: false, relist: false });
    const { stdout } = runScript(shell, sh`looks() {\n${script}\n}; looks >/dev/null; pwd -P`, {
      cwd: at('dir/-e'),
    });
    expect(stdout.toString()).toBe(`${at('dir/-e')}\n`);
  });

  test.runIf(process.getuid?.() === 0)('whose links are', () => {
    const path = at(`of ${shell.name}`);
    symlinkSync('dir', path);
    lchownSync(path, 4711, 4712);
    expect(together(shell, [linkLook(path), statLook(path), statLook(at('dir'))])).toMatchObject([
      { owner: '4711', real: at('dir') },
      { owner: '4711', group: '4712', target: 'dir' },
      { owner: me, type: 'directory' },
    ]);
  });

  test.runIf(shell.name !== 'busybox')('cost one program, however many links there are', () => {
    const bin = at(`bin-${shell.name}`);
    mkdirSync(bin);
    const counting = `#!/bin/sh\necho >>${bin}/count\nPATH=${shell.path} exec stat "$@"\n`;
    writeFileSync(join(bin, 'stat'), counting, { mode: 0o755 });
    const looks = [
      linkLook(at('to a dir')),
      linkLook(at('-n')),
      statLook(at('to a dir')),
      statLook(at('=0')),
    ];
    expect(together({ ...shell, path: `${bin}:${shell.path}` }, looks)).toHaveLength(4);
    expect(readFileSync(join(bin, 'count'), 'utf8')).toBe('\n');
  });

  test.runIf(shell.name !== 'busybox')('where there is no stat nothing is taken for an answer', () => {
    for (const answer of together({ ...shell, path: '/nonexistent' }, [
      linkLook(at('to a dir')),
      statLook('/'),
    ]))
      expect(answer).toBeInstanceOf(LookError);
  });
});
