import type { HostReport, RunReport } from '../../engine/events.ts';
import type { ConnectionFailure } from '../../ssh/errors.ts';
import { line, span } from '../line.ts';
import { hintRow, textRows } from './failed.ts';
import { namesRows, type SummaryOptions, whom } from './options.ts';
import { block, type Section } from './section.ts';

interface Lost {
  readonly failure: ConnectionFailure;
  readonly hosts: string[];
}

/** Hosts that could not be reached or observed, put together by cause. */
export function unreachableSections({ hosts }: RunReport, options: SummaryOptions): readonly Section[] {
  const { style } = options;
  return groupLost(hosts).map(({ failure, hosts }) => [
    block(
      line(span(`${style.symbols.bad} `, 'bad'), span(whom(hosts), 'strong'), ` ${TITLES[failure.kind]}`),
    ),
    ...namesRows(hosts, options),
    ...(hosts.length > 1
      ? textRows(`${hosts[0]}: ${failure.message}`, 'bad')
      : textRows(failure.message, 'bad')),
    ...(failure.hint === undefined ? [] : [hintRow(failure.hint)]),
  ]);
}

const TITLES: Readonly<Record<ConnectionFailure['kind'], string>> = {
  unreachable: 'could not be reached',
  'host-key': 'could not be trusted',
  'login-refused': 'refused the login',
  privilege: 'refused sudo',
  lost: 'lost the connection',
  timeout: 'gave no answer in time',
  protocol: 'gave no usable answer',
  interrupted: 'not looked at',
};

function groupLost(hosts: readonly HostReport[]): readonly Lost[] {
  const found = new Map<string, Lost>();
  for (const { host, status, connection } of hosts) {
    if (connection === undefined && status !== 'unreachable') continue;
    const failure = connection ?? { kind: 'lost', message: 'no cause is known' };
    const key = JSON.stringify([failure.kind, sameCause(failure.message, host)]);
    const one = found.get(key) ?? { failure, hosts: [] };
    found.set(key, one);
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
