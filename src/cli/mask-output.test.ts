import { expect, test } from 'vitest';
import { MASK } from '../secrets/mask.ts';
import { maskValue, tellHosts } from '../secrets/mask-value.ts';
import { Secret } from '../secrets/secret.ts';
import { maskedText } from './mask-output.ts';

const HOST = 'canary-web1';

test('names of hosts, of fields and words of ours stay in an event; values do not', () => {
  for (const text of [HOST, 'sha256', 'sysctl', 'canary-hunter2']) new Secret(text);
  tellHosts([HOST]);
  const event = {
    event: 'step-finished',
    host: HOST,
    hosts: [HOST, 'web2'],
    step: { kind: 'sysctl', name: `on ${HOST}` },
    before: { sha256: 'sha256', kind: 'sysctl', host: HOST },
    'canary-hunter2': 1,
    output: 'said canary-hunter2',
  };
  const wanted = {
    ...event,
    step: { kind: 'sysctl', name: `on ${MASK}` },
    before: { sha256: MASK, kind: MASK, host: MASK },
    output: `said ${MASK}`,
  } as Partial<typeof event>;
  delete wanted['canary-hunter2'];
  expect(maskValue(event)).toEqual({ ...wanted, [MASK]: 1 });
  expect(JSON.parse(maskedText(`${JSON.stringify(event)}\n`))).toEqual({ ...wanted, [MASK]: 1 });
});

test('who is no host of the run is masked where a host is named', () => {
  new Secret('canary-nobody');
  expect(maskValue({ host: 'canary-nobody' })).toEqual({ host: MASK });
});

test('other JSON keeps its layout', () => {
  new Secret('canary-text');
  expect(maskedText('{\n  "a": "canary-text",\n  "b": 12\n}\n')).toBe(`{\n  "a": "${MASK}",\n  "b": 12\n}\n`);
});
