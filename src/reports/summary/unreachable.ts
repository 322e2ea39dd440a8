import type { HostReport, RunReport } from '../../engine/events.ts';
import type { ConnectionFailure } from '../../ssh/errors.ts';
import { line, span } from '../line.ts';
import { hintRow, textRows } from './failed.ts';
import { namesRows, type SummaryOptions, whom } from './options.ts';
import { block, type Section } from './section.ts';

interface Lost {
  readonly failure: ConnectionFailure;
  readonly hosts: string[];
  /** What each of them said. */
  readonly messages: string[];
}

/** Hosts that could not be reached or observed, put together by cause. */
export function unreachableSections({ hosts }: RunReport, options: SummaryOptions): readonly Section[] {
  const { style } = options;
  return groupLost(hosts).map((lost) => [
    block(
      line(
        span(`${style.symbols.bad} `, 'bad'),
        span(whom(lost.hosts), 'strong'),
        ` ${TITLES[lost.failure.kind]}`,
      ),
    ),
    ...namesRows(lost.hosts, options),
    ...causes(lost, options).flatMap((text) => textRows(text, 2)),
    ...(lost.failure.hint === undefined ? [] : [hintRow(lost.failure.hint, 2)]),
  ]);
}

/** One message stands for all, except for keys: each fingerprint is to be compared by a person. */
function causes({ failure, hosts, messages }: Lost, { mostNames }: SummaryOptions): readonly string[] {
  if (hosts.length === 1) return messages;
  const told = messages.map((message, index) => `${hosts[index]}: ${message}`);
  const shown = failure.kind === 'host-key' ? told.slice(0, mostNames) : told.slice(0, 1);
  const left = failure.kind === 'host-key' ? told.length - shown.length : 0;
  return left === 0 ? shown : [...shown, `and ${left} more (-v shows all)`];
}

const TITLES: Readonly<Record<ConnectionFailure['kind'], string>> = {
  unreachable: 'could not be reached',
  'host-key': 'could not be trusted',
  'login-refused': 'refused the login',
  privilege: 'let nobody become another user',
  lost: 'lost the connection',
  timeout: 'gave no answer in time',
  locked: 'could not be locked',
  protocol: 'gave no usable answer',
  'time-limit': 'not done in time',
  interrupted: 'not finished',
};

function groupLost(hosts: readonly HostReport[]): readonly Lost[] {
  const found = new Map<string, Lost>();
  for (const { host, status, connection } of hosts) {
    if (connection === undefined && status !== 'unreachable') continue;
    const failure = connection ?? { kind: 'lost', message: 'no cause is known' };
    const key = JSON.stringify([failure.kind, sameCause(failure.message, host)]);
    const one = found.get(key) ?? { failure, hosts: [], messages: [] };
    found.set(key, one);
    one.messages.push(failure.message);
    one.hosts.push(host);
  }
  return [...found.values()];
}

/** A message without what differs from host to host: name, address, port, fingerprint. */
function sameCause(message: string, host: string): string {
  return message
    .replaceAll(host, '\0')
    .replace(/SHA256:\S+/g, '\0')
    .replace(/\S+:\d+/g, '\0')
    .replace(/\d+(\.\d+){3}/g, '\0');
}
