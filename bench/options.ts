import { parseArgs } from 'node:util';

/** What a bench is asked to do. */
export interface BenchOptions {
  /** Ids of the parts to measure; undefined: all. */
  readonly only?: readonly string[];
  /** Hosts where the part does not say another number. */
  readonly hosts: number;
  /** Rounds that count, where a contestant is not too slow for so many. */
  readonly rounds: number;
  /** Measure other tools too. */
  readonly peers: boolean;
  /** Leave the lab up at the end. */
  readonly keep: boolean;
}

export const USAGE = `npm run bench -- [options]

  --only PARTS   only these, with commas between them
  --hosts N      hosts of the lab (20)
  --rounds N     rounds that count (5); slow commands run fewer times, which the tables say
  --peers        measure Ansible, Ansible with Mitogen and pyinfra too, where they can be installed
  --keep         leave the lab up at the end
`;

/** @throws Error that says what is wrong with the arguments. */
export function readOptions(argv: readonly string[], parts: readonly string[]): BenchOptions | 'help' {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      only: { type: 'string' },
      hosts: { type: 'string', default: '20' },
      rounds: { type: 'string', default: '5' },
      peers: { type: 'boolean', default: false },
      keep: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return 'help';
  const only = values.only?.split(',').filter((id) => id !== '');
  const unknown = only?.find((id) => !parts.includes(id));
  if (unknown !== undefined)
    throw new Error(`there is no part "${unknown}": the parts are ${parts.join(', ')}`);
  return {
    ...(only === undefined ? {} : { only }),
    hosts: positive('--hosts', values.hosts),
    rounds: positive('--rounds', values.rounds),
    peers: values.peers,
    keep: values.keep,
  };
}

function positive(name: string, text: string): number {
  if (!/^[1-9][0-9]{0,3}$/.test(text))
    throw new Error(`${name} takes a whole number from 1 on, not "${text}"`);
  return Number(text);
}
