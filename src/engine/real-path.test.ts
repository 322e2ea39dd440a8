import { describe, expect, test } from 'vitest';
import { realPath } from './real-path.ts';

describe('the real path', () => {
  const follow = (path: string, links: Readonly<Record<string, string>>): string | undefined =>
    realPath(path, (at) => (links[at] === undefined ? undefined : { target: links[at] }));

  test('is the path itself where there is no link', () => {
    expect(follow('/etc/ssh/sshd_config', {})).toBe('/etc/ssh/sshd_config');
    expect(follow('/', {})).toBe('/');
    expect(follow('/etc//ssh/./sshd_config', {})).toBe('/etc/ssh/sshd_config');
    expect(follow('/etc/ssh/', {})).toBe('/etc/ssh');
    expect(follow('/etc/..', {})).toBe('/');
    expect(follow('/etc/.ssh/..data', {})).toBe('/etc/.ssh/..data');
  });
  test('follows links above the last name, absolute and relative ones', () => {
    expect(follow('/var/run/x', { '/var/run': '/run' })).toBe('/run/x');
    expect(follow('/lib/systemd/system/a.service', { '/lib': 'usr/lib' })).toBe(
      '/usr/lib/systemd/system/a.service',
    );
    expect(follow('/a/b/c', { '/a/b': '../d' })).toBe('/d/c');
  });
  test('follows links that lead to links', () => {
    expect(follow('/a/x', { '/a': '/b', '/b': '/c/d', '/c': '/e' })).toBe('/e/d/x');
  });
  test('leaves the last name alone, be it a link', () => {
    expect(follow('/a/b', { '/a/b': '/c' })).toBe('/a/b');
  });
  test('goes up from where a link has led', () => {
    expect(follow('/a/../x', { '/a': '/b/c' })).toBe('/b/x');
    expect(follow('/../x', {})).toBe('/x');
  });
  test('asks of every directory above the last name, from the top', () => {
    const asked: string[] = [];
    realPath('/usr/local/go/bin', (at) => void asked.push(at));
    expect(asked).toEqual(['/usr', '/usr/local', '/usr/local/go']);
  });
  test('gives up on links in a circle', () => {
    expect(follow('/a/x', { '/a': '/b', '/b': '/a' })).toBeUndefined();
  });
});
