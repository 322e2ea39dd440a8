import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FrameStream } from './frames.ts';

const MARK = '0123456789abcdef';

test('cuts the stream however it arrives, whatever the bodies hold', () => {
  const body = fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes));
  const noise = fc.string({ maxLength: 50 });
  const cuts = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 50 });
  fc.assert(
    fc.property(noise, fc.array(body, { minLength: 1, maxLength: 6 }), cuts, (said, bodies, sizes) => {
      const bytes = Buffer.concat([
        Buffer.from(`${said}${MARK}<\n`),
        ...bodies.map((one, index) => Buffer.concat([one, Buffer.from(`\n${MARK} ${index}\n`)])),
      ]);
      const stream = new FrameStream(MARK);
      const found: { body: Buffer; status: string }[] = [];
      let at = 0;
      for (let turn = 0; at < bytes.length; turn += 1) {
        const size = sizes[turn % sizes.length] as number;
        found.push(...stream.push(bytes.subarray(at, at + size)));
        at += size;
      }
      expect(found.map((frame) => frame.body)).toEqual(bodies);
      expect(found.map((frame) => frame.status)).toEqual(bodies.map((_, index) => String(index)));
    }),
  );
});

test('a host that sends without end is stopped', () => {
  const stream = new FrameStream(MARK);
  stream.push(Buffer.from(`${MARK}<\n`));
  const chunk = Buffer.alloc(16 * 1024 * 1024, 'x');
  expect(() => {
    for (let turn = 0; turn < 5; turn += 1) stream.push(chunk);
  }).toThrow(RangeError);
});

test('what a host sends after that takes no more memory', () => {
  const stream = new FrameStream(MARK);
  const chunk = Buffer.alloc(16 * 1024 * 1024, 'x');
  for (let turn = 0; turn < 4; turn += 1) stream.push(chunk);
  for (let turn = 0; turn < 4; turn += 1) expect(() => stream.push(chunk)).toThrow(RangeError);
  expect(stream.rest.length).toBe(4 * chunk.length);
});

test('a long output of lines in small pieces is not searched again for each piece', {
  timeout: 60_000,
}, () => {
  const stream = new FrameStream(MARK);
  stream.push(Buffer.from(`${MARK}<\n`));
  const piece = Buffer.from(`${'x'.repeat(63)}\n`.repeat(64));
  const pieces = Math.floor((60 * 1024 * 1024) / piece.length);
  for (let turn = 0; turn < pieces; turn += 1) stream.push(piece);
  const [frame] = stream.push(Buffer.from(`\n${MARK} 0\n`));
  expect(frame?.body.length).toBe(pieces * piece.length);
});
