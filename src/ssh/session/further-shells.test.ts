import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { until } from '../../../test/support/until.ts';
import type { ShellOpener } from '../privilege/shell-opener.ts';
import { Distance } from './distance.ts';
import { FurtherShells } from './further-shells.ts';

const FILE = 100 * 1024 * 1024;

/** A host whose server answers after a time (milliseconds), and what becomes of the shells that are opened there. */
function far(roundTrip: number, { refuses = 0, unknown = false } = {}) {
  const shells: { user: string; closed: boolean; gone: boolean }[] = [];
  let asked = 0;
  let left = refuses;
  const distance = new Distance({
    roundTrip: async () => {
      asked += 1;
      await sleep(roundTrip);
      return unknown ? undefined : roundTrip;
    },
  });
  const opener = {
    open: async (user: string) => {
      if (left-- > 0) throw new Error('no more');
      const shell = { user, closed: false, gone: false };
      shells.push(shell);
      const close = async (): Promise<void> => {
        shell.closed = true;
        await sleep(roundTrip);
        shell.gone = true;
      };
      return { shell: { close } };
    },
  } as unknown as ShellOpener;
  return { distance, further: new FurtherShells(distance, opener), shells, asked: () => asked };
}

test('where opening a shell was quick nobody is asked', async () => {
  const { distance, further, shells, asked } = far(0);
  distance.tripTook(0.5);
  expect(await further.take('root', FILE, 1, 1000)).toEqual([]);
  expect([shells.length, asked()]).toEqual([0, 0]);
  expect(further.underWay(FILE)).toBe(524_288);
  expect(further.underWay(1024 * 1024)).toBe(Number.POSITIVE_INFINITY);
});

test('where it was not, the server is asked once for what is to be under way', async () => {
  const { distance, further, shells, asked } = far(0);
  distance.tripTook(8);
  expect(further.underWay(FILE)).toBe(4_194_304);
  expect(await further.take('root', FILE, 1, 1000)).toEqual([]);
  expect([shells.length, asked()]).toEqual([0, 1]);
  expect(further.underWay(FILE)).toBe(524_288);
});

test('a server that is near is not asked again for the next file', async () => {
  const { distance, further, asked } = far(3);
  distance.tripTook(8);
  for (let file = 0; file < 3; file += 1) await further.take('root', FILE, 1, 1000);
  expect(asked()).toBe(1);
});

test('where the server cannot be asked there are none, and nothing is held to be known', async () => {
  const { distance, further, shells } = far(1, { unknown: true });
  distance.tripTook(60);
  expect(await further.take('root', FILE, 1, 1000)).toEqual([]);
  expect(shells).toEqual([]);
  expect(distance.atMost).toBe(60);
});

test('where it was slow, but the server is not far, there are none', async () => {
  const { distance, further, shells, asked } = far(1);
  distance.tripTook(80);
  expect(await further.take('root', FILE, 1, 1000)).toEqual([]);
  expect(shells).toEqual([]);
  expect(asked()).toBeGreaterThan(0);
});

test('a long link gets some, as many as the host allows, and none for a small file', async () => {
  const { distance, further, shells } = far(100, { refuses: 2 });
  distance.tripTook(60);
  expect(await further.take('root', 1024 * 1024, 1, 1000)).toEqual([]);
  const taken = await further.take('root', FILE, 1, 1000);
  expect(taken.length).toBeGreaterThan(0);
  expect(shells).toHaveLength(taken.length);
});

test('those that were opened ahead are taken once, by whom they are for', async () => {
  const { distance, further, shells } = far(100);
  distance.tripTook(60);
  further.expect('root', FILE, 1);
  expect(await further.take('ops', FILE, 8, 1000)).toHaveLength(1);
  const taken = await further.take('root', FILE, 1, 1000);
  expect(taken).not.toEqual([]);
  expect(shells.map(({ user }) => user).filter((user) => user === 'root')).toHaveLength(taken.length);
  await further.drop();
  expect(shells.every(({ closed }) => !closed)).toBe(true);
});

test('those that nobody takes are ended, and gone before somebody else needs their room', async () => {
  const { distance, further, shells } = far(100);
  distance.tripTook(60);
  further.expect('root', FILE, 1);
  await until(async () => shells.length > 0);
  await Promise.all([further.drop(), further.drop()]);
  expect(shells.every(({ closed, gone }) => closed && gone)).toBe(true);
});

test('those that are not open yet when nobody wants them any more are not opened', async () => {
  const { distance, further, shells, asked } = far(20);
  distance.tripTook(60);
  further.expect('root', FILE, 1);
  while (asked() === 0) await turn();
  await further.drop();
  await sleep(60);
  expect(shells).toEqual([]);
});

test('those that were taken are gone, too, before somebody else needs their room', async () => {
  const { distance, further, shells } = far(100);
  distance.tripTook(60);
  const taken = await further.take('root', FILE, 1, 1000);
  further.release(taken);
  await further.drop();
  expect(taken.length).toBeGreaterThan(0);
  expect(shells.every(({ closed, gone }) => closed && gone)).toBe(true);
});

test('no timer outlives a file that needs no further shells, nor those that nobody wants', async () => {
  const timers = () => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
  const before = timers();
  const { distance, further, shells } = far(0);
  further.release([]);
  distance.tripTook(60);
  further.expect('root', FILE, 1);
  await further.drop();
  await turn();
  expect(timers()).toBe(before);
  expect(shells).toEqual([]);
});
