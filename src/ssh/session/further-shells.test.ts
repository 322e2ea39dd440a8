import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { until } from '../../../test/support/until.ts';
import type { ShellOpener } from '../privilege/shell-opener.ts';
import type { Transport } from '../transport.ts';
import { FurtherShells } from './further-shells.ts';

const FILE = 100 * 1024 * 1024;

/** A host whose server answers after a time (milliseconds), and what becomes of the shells that are opened there. */
function far(roundTrip: number, refuses = 0) {
  const shells: { user: string; closed: boolean; gone: boolean }[] = [];
  let asked = 0;
  let left = refuses;
  const transport = {
    roundTrip: async () => {
      asked += 1;
      await sleep(roundTrip);
      return roundTrip;
    },
  } as unknown as Transport;
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
  return { further: new FurtherShells(transport, opener), shells, asked: () => asked };
}

test('where opening a shell was quick nobody is asked', async () => {
  const { further, shells, asked } = far(0);
  further.tripTook(0.5);
  expect(await further.take('root', FILE, 1, 1000)).toEqual([]);
  expect([shells.length, asked()]).toEqual([0, 0]);
  expect(further.underWay(FILE)).toBe(524_288);
  expect(further.underWay(1024 * 1024)).toBe(Number.POSITIVE_INFINITY);
});

test('where it was not, the server is asked once for what is to be under way', async () => {
  const { further, shells, asked } = far(0);
  further.tripTook(8);
  expect(further.underWay(FILE)).toBe(4_194_304);
  expect(await further.take('root', FILE, 1, 1000)).toEqual([]);
  expect([shells.length, asked()]).toEqual([0, 1]);
  expect(further.underWay(FILE)).toBe(524_288);
});

test('a server that is near is not asked again for the next file', async () => {
  const { further, asked } = far(3);
  further.tripTook(8);
  for (let file = 0; file < 3; file += 1) await further.take('root', FILE, 1, 1000);
  expect(asked()).toBe(1);
});

test('where it was slow, but the server is not far, there are none', async () => {
  const { further, shells, asked } = far(1);
  further.tripTook(80);
  expect(await further.take('root', FILE, 1, 1000)).toEqual([]);
  expect(shells).toEqual([]);
  expect(asked()).toBeGreaterThan(0);
});

test('a long link gets some, as many as the host allows, and none for a small file', async () => {
  const { further, shells } = far(100, 2);
  further.tripTook(60);
  expect(await further.take('root', 1024 * 1024, 1, 1000)).toEqual([]);
  const taken = await further.take('root', FILE, 1, 1000);
  expect(taken.length).toBeGreaterThan(0);
  expect(shells).toHaveLength(taken.length);
});

test('those that were opened ahead are taken once, by whom they are for', async () => {
  const { further, shells } = far(100);
  further.tripTook(60);
  further.expect('root', FILE, 1);
  expect(await further.take('ops', FILE, 8, 1000)).toHaveLength(1);
  const taken = await further.take('root', FILE, 1, 1000);
  expect(taken).not.toEqual([]);
  expect(shells.map(({ user }) => user).filter((user) => user === 'root')).toHaveLength(taken.length);
  await further.drop();
  expect(shells.every(({ closed }) => !closed)).toBe(true);
});

test('those that nobody takes are ended, and gone before somebody else needs their room', async () => {
  const { further, shells } = far(100);
  further.tripTook(60);
  further.expect('root', FILE, 1);
  await until(async () => shells.length > 0);
  await Promise.all([further.drop(), further.drop()]);
  expect(shells.every(({ closed, gone }) => closed && gone)).toBe(true);
});

test('those that are not open yet when nobody wants them any more are not opened', async () => {
  const { further, shells, asked } = far(20);
  further.tripTook(60);
  further.expect('root', FILE, 1);
  while (asked() === 0) await turn();
  await further.drop();
  await sleep(60);
  expect(shells).toEqual([]);
});

test('those that were taken are gone, too, before somebody else needs their room', async () => {
  const { further, shells } = far(100);
  further.tripTook(60);
  const taken = await further.take('root', FILE, 1, 1000);
  further.release(taken);
  await further.drop();
  expect(taken.length).toBeGreaterThan(0);
  expect(shells.every(({ closed, gone }) => closed && gone)).toBe(true);
});

test('no timer outlives a file that needs no further shells, nor those that nobody wants', async () => {
  const timers = () => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
  const before = timers();
  const { further, shells } = far(0);
  further.release([]);
  further.tripTook(60);
  further.expect('root', FILE, 1);
  await further.drop();
  await turn();
  expect(timers()).toBe(before);
  expect(shells).toEqual([]);
});
