import type { Json } from '../engine/json.ts';
import { factTexts } from './fact-text.ts';
import { drawWrapped, line, span } from './line.ts';
import type { Style } from './style.ts';

export interface FactsOfHost {
  readonly host: string;
  readonly facts: Readonly<Record<string, Json>>;
  readonly problems: Readonly<Record<string, string>>;
  readonly failure?: { readonly message: string; readonly hint?: string };
}

/** Facts for people: a heading for each host, a line for each fact. */
export function factsText(hosts: readonly FactsOfHost[], style: Style): readonly string[] {
  return hosts.flatMap(({ host, facts, problems, failure }, index) => {
    const heading = [...(index === 0 ? [] : [[]]), line(span(host, 'strong'))];
    if (failure !== undefined) {
      const { message, hint } = failure;
      const way = hint === undefined ? [] : [line('  ', span('hint: ', 'place'), hint)];
      return draw([...heading, line('  ', span(message, 'bad')), ...way], 6, style);
    }
    const names = [...Object.keys(facts), ...Object.keys(problems)];
    const width = Math.max(0, ...names.map((name) => name.length));
    const rows = Object.entries(facts).flatMap(([name, value]) =>
      factTexts(name, value).map((text, at) => line(`  ${(at === 0 ? name : '').padEnd(width)}  `, text)),
    );
    const bad = Object.entries(problems).map(([name, reason]) =>
      line(`  ${name.padEnd(width)}  `, span(reason, 'bad')),
    );
    return draw([...heading, ...rows, ...bad], width + 4, style);
  });
}

function draw(lines: readonly ReturnType<typeof line>[], hang: number, style: Style): readonly string[] {
  return lines.flatMap((one) => drawWrapped(one, style, hang));
}
