import { expect, test } from 'vitest';
import { createScope } from '../expressions/scope.ts';
import { compileTemplate } from '../expressions/template.ts';
import { compileValue } from '../expressions/value.ts';
import { knownSecrets } from './known.ts';
import { MASK } from './mask.ts';

const scope = createScope({ values: { word: 'battery-staple', plain: 'in the open' }, sensitive: ['word'] });

function evaluate(text: string): unknown {
  return compileValue(text).evaluate(scope);
}

test('what an expression makes of a secret is looked for, and what stands in it in the clear is not', () => {
  expect(evaluate('{{ upper(word) }}')).toMatchObject({ value: 'BATTERY-STAPLE', sensitive: true });
  expect(knownSecrets.mask('it is BATTERY-STAPLE.')).toBe(`it is ${MASK}.`);
  evaluate('{{ word == "" ? "switched off" : "switched on" }} {{ plain }}');
  expect(knownSecrets.mask('switched on, in the open')).toBe('switched on, in the open');
});

test('and so is what a template prints of it', () => {
  const { render } = compileTemplate('{{ plain }} {{ word | replace: "-", "_" }} {{ plain }}', 't.liquid');
  expect(render(scope)).toMatchObject({
    ok: true,
    text: 'in the open battery_staple in the open',
    sensitive: true,
  });
  expect(knownSecrets.mask('battery_staple')).toBe(MASK);
  expect(knownSecrets.mask('in the open')).toBe('in the open');
});
