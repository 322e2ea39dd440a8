import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Dialogue, type Move, marksOf } from './dialogue.ts';

const marks = marksOf('0123456789abcdef');
const START = `${marks.start} 4711\n`;
const READY = `${marks.ready}\n`;

/** What is done about a text that comes in pieces of these sizes, over and over. */
function moves(
  method: 'sudo' | 'su' | 'doas',
  text: string,
  sizes: readonly number[] = [text.length],
): Move[] {
  const dialogue = new Dialogue(method, marks);
  const found: Move[] = [];
  for (let at = 0, turn = 0; at < text.length; turn += 1) {
    const size = sizes[turn % sizes.length] as number;
    const move = dialogue.hear(text.slice(at, at + size));
    if (move !== 'wait') found.push(move);
    if (move === 'ready' || move === 'asked-again') break;
    at += size;
  }
  return found;
}

describe('sudo', () => {
  test('that needs no password is never given it', () => {
    expect(moves('sudo', START + READY)).toEqual(['ready']);
    expect(moves('sudo', `Password: ${START}[sudo] password for ops: ${READY}`)).toEqual(['ready']);
  });

  test('asks by the random prompt, after any lecture', () => {
    const lecture = 'We trust you have received the usual lecture.\nPassword: \n\n';
    const dialogue = new Dialogue('sudo', marks);
    expect(dialogue.hear(START + lecture)).toBe('wait');
    expect(dialogue.hear(marks.prompt)).toBe('answer');
    expect(dialogue.answered).toBe(true);
    expect(dialogue.hear(READY)).toBe('ready');
    expect(dialogue.pid).toBe(4711);
  });

  test('is not answered twice', () => {
    const dialogue = new Dialogue('sudo', marks);
    dialogue.hear(START);
    expect(dialogue.hear(marks.prompt)).toBe('answer');
    expect(dialogue.hear('Sorry, try ')).toBe('wait');
    expect(dialogue.hear(`again.\n${marks.prompt}`)).toBe('asked-again');
    expect(dialogue.said).toBe('Sorry, try again.');
  });

  test('that asks something else is not answered', () => {
    expect(moves('sudo', `${START}Verification code: `)).toEqual([]);
  });
});

describe.each(['su', 'doas'] as const)('%s', (method) => {
  test('asks by the last line', () => {
    for (const prompt of ['Password: ', 'doas (ops@host) password: ', "root's Password:"]) {
      expect(moves(method, START + prompt)).toEqual(['answer']);
    }
    expect(moves(method, `${START}Your password: it expires soon\n`)).toEqual([]);
    expect(moves(method, `${START}Password: `, [1]).slice(0, 1)).toEqual(['answer']);
  });

  test('what rc files print is no question', () => {
    expect(moves(method, 'Password: ')).toEqual([]);
    expect(moves(method, `Password: ${START}`)).toEqual([]);
  });

  test('a question for a new password is not answered', () => {
    const dialogue = new Dialogue(method, marks);
    dialogue.hear(START);
    expect(dialogue.hear('Password: ')).toBe('answer');
    expect(dialogue.hear('\nNew password: ')).toBe('asked-again');
    expect(dialogue.said).toBe('New password:');
  });
});

test('wherever the text is cut, and whatever is printed before, the password is given once and in time', () => {
  const noise = fc.string({ unit: 'binary', maxLength: 6000 });
  const sizes = fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(noise, noise, sizes, (before, lecture, cuts) => {
      const asked = `${before}${START}${lecture}${marks.prompt}`;
      expect(moves('sudo', asked, cuts)).toEqual(['answer']);
      expect(moves('sudo', `${before}${START}${lecture}${READY}`, cuts)).toEqual(['ready']);
      expect(moves('sudo', before, cuts)).toEqual([]);
    }),
  );
});

test('a host that talks without end is heard in bounded memory', () => {
  const dialogue = new Dialogue('sudo', marks);
  for (let turn = 0; turn < 1000; turn += 1) dialogue.hear('noise without a newline '.repeat(100));
  expect(dialogue.said.length).toBeLessThan(10_000);
  expect(dialogue.hear(`${START}${marks.prompt}`)).toBe('answer');
});
