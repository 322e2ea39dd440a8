import type { Diagnostic } from '../../documents/diagnostic.ts';
import { shardText } from '../../inventory/shard.ts';
import { count } from '../quantity.ts';
import type { Part } from './part.ts';
import { placeText, problemAt } from './place.ts';

/** Options that may differ where runs were not made parts by `--shard`: they are how such runs are told apart. */
const CHOOSE_HOSTS = new Set(['inventory', 'limit']);

const OTHER_RUN = 'give the parts of one run, each once';

/** Why these are not the parts of one run; empty when they are. The first part is what the others are compared with. */
export function checkSameRun(parts: readonly Part[]): readonly Diagnostic[] {
  const [first, ...others] = parts;
  if (first === undefined) return [];
  const found = [
    ...parts.flatMap(inItself),
    ...others.flatMap(
      (other) => otherKind(other, first) ?? otherShards(other, first) ?? otherOptions(other, first) ?? [],
    ),
  ];
  if (found.length > 0) return found;
  const again = twice(parts);
  return again.length > 0 ? again : sharedHosts(parts);
}

/** A part whose own words about itself do not fit together. */
function inItself({ place, origin, report }: Part): readonly Diagnostic[] {
  const shard = origin?.shard;
  if (shard === undefined) return [];
  const { index, count: all, hosts, places } = shard;
  const fits = index <= all && places.length === report.hosts.length && places.every((one) => one < hosts);
  return fits
    ? []
    : [
        problemAt(
          place,
          'bad-event',
          'what this part says of its place in the whole run does not fit its hosts',
          'was the stream changed after it was written?',
        ),
      ];
}

function otherKind({ place, report }: Part, first: Part): Diagnostic | undefined {
  if (report.mode === first.report.mode) return undefined;
  const message = `this is a run of ${report.mode}, but ${placeText(first.place)} is one of ${first.report.mode}`;
  return problemAt(place, 'other-run', message, OTHER_RUN);
}

function otherShards({ place, origin }: Part, first: Part): Diagnostic | undefined {
  const [mine, its] = [origin?.shard, first.origin?.shard];
  const other = placeText(first.place);
  if (mine === undefined && its === undefined) return undefined;
  if (mine === undefined || its === undefined) {
    const which = mine === undefined ? 'a whole run' : `part ${shardText(mine)}`;
    const whose = its === undefined ? 'a whole run' : `part ${shardText(its)}`;
    return problemAt(place, 'other-run', `this is ${which}, but ${other} is ${whose}`, OTHER_RUN);
  }
  if (mine.count !== its.count) {
    const message = `this is part ${shardText(mine)}, but ${other} is part ${shardText(its)}`;
    return problemAt(place, 'other-run', message, OTHER_RUN);
  }
  if (mine.hosts !== its.hosts) {
    const message = `the whole run has ${count(mine.hosts, 'host')} here, but ${its.hosts} in ${other}`;
    return problemAt(
      place,
      'other-run',
      message,
      'did the inventory change between the parts? Run them all anew',
    );
  }
  return undefined;
}

function otherOptions({ place, origin }: Part, first: Part): Diagnostic | undefined {
  const [mine, its] = [origin?.options, first.origin?.options];
  if (mine === undefined || its === undefined) return undefined;
  const sharded = origin?.shard !== undefined;
  for (const name of new Set([...Object.keys(its), ...Object.keys(mine)])) {
    if (name === 'diff' || (!sharded && CHOOSE_HOSTS.has(name))) continue;
    const [here, there] = [JSON.stringify(mine[name]), JSON.stringify(its[name])];
    if (here === there) continue;
    const message = `\`${name}\` is ${here ?? 'not given'} here, but ${there ?? 'not given'} in ${placeText(first.place)}`;
    return problemAt(place, 'other-run', message, 'run all parts with the same options');
  }
  return undefined;
}

/** A part that was tried again leaves two streams. */
function twice(parts: readonly Part[]): readonly Diagnostic[] {
  const known = new Map<number, Part>();
  return parts.flatMap((part) => {
    const shard = part.origin?.shard;
    if (shard === undefined) return [];
    const before = known.get(shard.index);
    if (before === undefined) {
      known.set(shard.index, part);
      return [];
    }
    const message = `part ${shardText(shard)} is here again, after ${placeText(before.place)}`;
    return [problemAt(part.place, 'part-twice', message, 'was it run twice? Leave the older stream out')];
  });
}

function sharedHosts(parts: readonly Part[]): readonly Diagnostic[] {
  const known = new Map<string, Part>();
  return parts.flatMap((part) => {
    const again = part.report.hosts.map(({ host }) => host).filter((host) => known.has(host));
    const [host] = again;
    const before = host === undefined ? undefined : known.get(host);
    for (const one of part.report.hosts) known.set(one.host, part);
    if (host === undefined || before === undefined) return [];
    const more = again.length === 1 ? '' : ` (and ${again.length - 1} more)`;
    const message = `the host "${host}"${more} is in ${placeText(before.place)} too`;
    return [problemAt(part.place, 'host-twice', message, 'give streams that have no host in common')];
  });
}
