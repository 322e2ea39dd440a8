import type { RunReport, Surprise } from '../../engine/events.ts';
import { changeLines } from '../change-lines.ts';
import { listHosts } from '../host-names.ts';
import { line, span } from '../line.ts';
import { stepHeading } from '../step-text.ts';
import { alone } from './alone.ts';
import type { SummaryOptions } from './options.ts';
import { block, type Row, type Section } from './section.ts';

/** Where apply did otherwise than a dry run would have said just before it. */
export function surprisesSection({ hosts }: RunReport, options: SummaryOptions): Section {
  const found = new Map<string, { surprise: Surprise; hosts: string[] }>();
  for (const { host, surprises } of hosts) {
    for (const surprise of surprises) {
      const { step, predicted, made } = surprise;
      const key = JSON.stringify([step.id, step.item, predicted.map(plain), made.map(plain)]);
      const one = found.get(key) ?? { surprise, hosts: [] };
      found.set(key, one);
      one.hosts.push(host);
    }
  }
  if (found.size === 0) return [];
  const { style, mostNames } = options;
  return [
    block(line(span('! ', 'changed'), span('Came out otherwise than predicted', 'strong'))),
    ...[...found.values()].flatMap(({ surprise, hosts }) => [
      block(
        line(
          '  ',
          ...stepHeading(surprise.step),
          span(`  on ${listHosts(hosts, style.symbols, mostNames)}`, 'dim'),
        ),
      ),
      ...told('predicted:', surprise.predicted, options),
      ...told('made:', surprise.made, options),
    ]),
  ];
}

function told(title: string, changes: Surprise['made'], { style }: SummaryOptions): readonly Row[] {
  if (changes.length === 0) return [block(line('    ', `${title} nothing`))];
  return [
    block(line('    ', title)),
    ...changeLines(changes.map(alone), 'change', style).map((one) => block(line('      ', ...one))),
  ];
}

function plain({ text: _, told: __, ...change }: Surprise['made'][number]): unknown {
  return change;
}
