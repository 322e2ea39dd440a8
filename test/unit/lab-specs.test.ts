import { describe, expect, it } from 'vitest';
import { parseRequest } from '../lab/cli-request.ts';
import { parseSpecs } from '../lab/specs.ts';

describe('parseSpecs', () => {
  it('counts a bare number for the system given, bookworm by default', () => {
    expect(parseSpecs(['3'])).toEqual({ bookworm: 3 });
    expect(parseSpecs(['3'], 'trixie')).toEqual({ trixie: 3 });
  });

  it('adds several up', () => {
    expect(parseSpecs(['2', 'bullseye:1', 'busybox:1', 'bullseye:2'])).toEqual({
      bookworm: 2,
      bullseye: 3,
      busybox: 1,
    });
  });

  it('deals mix out over all systems', () => {
    expect(parseSpecs(['6'], 'mix')).toEqual({ bookworm: 2, bullseye: 2, trixie: 1, busybox: 1 });
  });

  it.each([
    [['x'], '"x"'],
    [['debian:2'], '"debian"'],
    [['-1'], '"-1"'],
    [['0'], 'how many'],
    [[], 'how many'],
    [['200', 'trixie:51'], '251 hosts'],
  ])('refuses %j', (words, said) => {
    expect(() => parseSpecs(words)).toThrow(said);
  });
});

describe('parseRequest', () => {
  it('reads options before, between and behind the hosts', () => {
    const wanted = { verb: 'up', counts: { bookworm: 1, busybox: 2 }, user: 'ops', options: { diskMiB: 64 } };
    expect(parseRequest(['up', '--user=ops', '1', '--disk', '64', 'busybox:2'])).toEqual(wanted);
  });

  it('leaves the words of a remote command alone', () => {
    expect(parseRequest(['ssh', 'bookworm1', 'ls', '--user', 'x'])).toEqual({
      verb: 'ssh',
      host: 'bookworm1',
      user: 'root',
      command: ['ls', '--user', 'x'],
    });
    expect(parseRequest(['ssh', 'bookworm1', '--user', 'ops', 'id'])).toMatchObject({
      user: 'ops',
      command: ['id'],
    });
  });

  it.each([
    [['frob'], '"frob" is not a command'],
    [['cut'], 'needs the name of a host'],
    [['cut', 'a', 'b'], '"b"'],
    [['down', 'bookworm1'], '"bookworm1"'],
    [['up', '1', '--disk', 'x'], '"x"'],
    [['up', '1', '--user', 'admin'], '"admin"'],
    [['up', '1', '--dist', 'trixie'], '"--dist"'],
    [['status', '--yaml'], '"--yaml"'],
  ])('refuses %j', (words, said) => {
    expect(() => parseRequest(words)).toThrow(said);
  });
});
