import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect } from 'vitest';

/**
 * After a file of tests that imports this its process has no socket and no child left that was not there before: what the
 * engine opens it closes, after a failure too.
 */
let before: ReadonlyMap<string, number> = new Map();

beforeAll(() => {
  before = open();
});
afterAll(async () => {
  // What has been told to end may need a moment.
  for (let tries = 0; tries < 100 && leftovers().length > 0; tries += 1) await sleep(100);
  expect(leftovers(), 'left open by the tests of this file').toEqual([]);
}, 60_000);

function leftovers(): readonly string[] {
  return [...open()].flatMap(([kind, count]) => {
    const more = count - (before.get(kind) ?? 0);
    return more > 0 ? [`${more} × ${kind}`] : [];
  });
}

/** What keeps a process from ending, by Node's names. */
function open(): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const kind of process.getActiveResourcesInfo()) {
    if (!KINDS.has(kind)) continue;
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  return counts;
}

const KINDS = new Set([
  'ProcessWrap',
  'TCPSocketWrap',
  'TCPServerWrap',
  'TCPConnectWrap',
  'TLSWrap',
  'UDPWrap',
  'GetAddrInfoReqWrap',
]);
