import { describe, expect, test } from 'vitest';
import { viewWith } from '../../test/support/view.ts';
import { createScope } from '../expressions/scope.ts';
import { compileValue } from '../expressions/value.ts';
import { factLook } from '../looks/facts/look.ts';
import { type LocalFile, localFile } from '../looks/local-file.ts';
import type { Json } from './json.ts';
import { renderTemplate } from './templates.ts';
import { PENDING, Unpredictable } from './view.ts';

const variables = [
  new Map([
    ['port', compileValue(8080)],
    ['where', compileValue('on {{ facts.arch }}')],
  ]),
];

/** The text, or what was thrown. */
function render(text: string, facts: Readonly<Record<string, Json>> = {}, unknown = {}): unknown {
  const bytes = Buffer.from(text);
  const file: LocalFile = { exists: true, size: bytes.length, sha256: '', bytes };
  const view = viewWith([
    [localFile('/nonexistent/t.liquid'), file],
    ...Object.entries(facts).map(([name, value]) => [factLook(name), value] as const),
  ]);
  try {
    return renderTemplate('t.liquid', createScope({ variables, unknown }), variables, view).text;
  } catch (error) {
    return error;
  }
}

describe('a template of a step', () => {
  test('has variables and facts, also those that variables need', () => {
    expect(render('{{ port }} {{ where }} {{ facts.os }}', { arch: 'arm64', os: 'linux' })).toBe(
      '8080 on arm64 linux',
    );
  });

  test('waits for facts', () => {
    expect(render('{{ where }}')).toBe(PENDING);
  });

  test.each(['{{ facts.arch }}{{ prot }}', '{{ prot }}'])(
    'tells a mistake with its place, before any host is asked: %s',
    (text) => {
      expect(render(`one\n  ${text}`)).toMatchObject({
        message: expect.stringMatching(/^t\.liquid:2:\d+: undefined variable `prot`/),
        hint: expect.stringContaining('port'),
      });
    },
  );

  test('tells a fact that does not exist', () => {
    expect(render('{{ facts.arhc }}')).toMatchObject({
      message: 't.liquid:1:4: there is no fact `arhc`',
      hint: 'did you mean `arch`?',
    });
  });

  test('tells a syntax error with its place', () => {
    expect(render('{% if port %}')).toMatchObject({ message: expect.stringMatching(/^t\.liquid:1:\d+: /) });
  });

  test('is not known while a result that it uses is not', () => {
    expect(render('{{ result.rc }}', {}, { result: 'the command has not run' })).toBeInstanceOf(
      Unpredictable,
    );
  });
});
