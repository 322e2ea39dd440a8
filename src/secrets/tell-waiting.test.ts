import { spawnSync } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { tempFiles } from '../../test/support/temp-files.ts';
import { tellWaiting } from './tell-waiting.ts';

test('who is waited for is told while this thread is blocked', () => {
  const path = join(tempFiles({}), 'told');
  const fd = openSync(path, 'w');
  const end = tellWaiting('./slow.sh (a.yml:3)', 1, fd);
  spawnSync('sh', ['-c', 'until [ -s "$1" ]; do sleep 0.1; done', 'sh', path], { timeout: 60_000 });
  end();
  closeSync(fd);
  expect(readFileSync(path, 'utf8')).toBe('waiting for ./slow.sh (a.yml:3)\n');
});
