import type { Json } from '../../engine/json.ts';
import { type Comparison, converged } from '../../engine/step-kind.ts';
import { fail, type View } from '../../engine/view.ts';
import { diskSpaceLook } from '../../looks/disk-space.ts';
import { factLook } from '../../looks/facts/look.ts';
import { reachLook } from '../../looks/reach.ts';
import { normalPath } from '../../resources/host-path.ts';
import { describeBytes } from '../../resources/quantity.ts';
import { compareVersions, fits, parseBytes, parseSeconds, splitRelation } from './quantity.ts';
import type { AssertArgs, DiskRequirement, ReachRequirement } from './schema.ts';

const DEFAULT_TIMEOUT = 5;

/** One requirement, judged. `problem` is absent when it is met. */
interface Judged {
  readonly problem?: string;
}

/** Fails, with everything that is not met in one message, when the host is not as required. Changes nothing. */
export function compare(args: AssertArgs, view: View): Comparison {
  const facts = gather(args, view);
  const judged = [
    ...names('the operating system', args.os, facts.os),
    ...names('the distribution', args.distribution, facts.distribution),
    ...version('the distribution', args.version, facts.distribution_version),
    ...names('the architecture', args.arch, facts.arch),
    ...version('the kernel', args.kernel, facts.kernel),
    ...glibc(args.glibc, facts.libc),
    ...count(args.cpus, facts.cpus),
    ...memory(args.memory, facts.memory),
    ...(args.disk ?? []).map((wanted) => disk(wanted, view)),
    ...(args.reach ?? []).map((wanted) => reach(wanted, view)),
    ...skew(args.time_skew, facts.time_skew),
    ...(args.that ?? []).map(({ condition, message }) =>
      condition ? {} : { problem: `not so: ${message}` },
    ),
  ];
  const problems = judged.flatMap(({ problem }) => (problem === undefined ? [] : [problem]));
  if (problems.length === 0) return converged();
  const some =
    judged.length === 1 ? 'the requirement is' : `${problems.length} of ${judged.length} requirements are`;
  return fail(`${some} not met: ${problems.join('; ')}`);
}

/** Which fact each requirement needs. */
const FACT_OF = {
  os: 'os',
  distribution: 'distribution',
  version: 'distribution_version',
  arch: 'arch',
  kernel: 'kernel',
  glibc: 'libc',
  cpus: 'cpus',
  memory: 'memory',
  time_skew: 'time_skew',
} as const satisfies Partial<Record<keyof AssertArgs, string>>;

/** Asks everything in one trip. */
function gather(args: AssertArgs, view: View): Readonly<Record<string, Json>> {
  const needed = Object.entries(FACT_OF).flatMap(([key, fact]) =>
    args[key as keyof typeof FACT_OF] === undefined ? [] : [fact],
  );
  view.see(
    ...needed.map((name) => factLook(name)),
    ...(args.disk ?? []).map(({ path }) => diskSpaceLook(normalPath(path))),
    ...(args.reach ?? []).map((wanted) => reachLook(withTimeout(wanted))),
  );
  const values = view.see(...needed.map((name) => factLook(name)));
  return Object.fromEntries(needed.map((name, index) => [name, values[index] as Json]));
}

function names(
  what: string,
  wanted: string | readonly string[] | undefined,
  is: Json | undefined,
): readonly Judged[] {
  if (wanted === undefined) return [];
  const allowed = typeof wanted === 'string' ? [wanted] : wanted;
  if (allowed.includes(String(is))) return [{}];
  return [{ problem: `${what} is ${is}, required ${allowed.join(' or ')}` }];
}

function version(what: string, wanted: string | undefined, is: Json | undefined): readonly Judged[] {
  if (wanted === undefined) return [];
  const { relation, rest } = splitRelation(wanted, '=');
  if (fits(compareVersions(String(is), rest), relation)) return [{}];
  return [{ problem: `${what} is version ${is === '' ? 'unknown' : is}, required ${relation}${rest}` }];
}

function glibc(wanted: string | undefined, is: Json | undefined): readonly Judged[] {
  if (wanted === undefined) return [];
  const libc = is as { readonly name: string; readonly version: string };
  if (libc.name === 'glibc') return version('glibc', wanted, libc.version);
  return [
    { problem: `the C library is ${libc.name === 'none' ? 'unknown' : libc.name}, required glibc ${wanted}` },
  ];
}

function count(wanted: string | number | undefined, is: Json | undefined): readonly Judged[] {
  if (wanted === undefined) return [];
  const { relation, rest } = splitRelation(String(wanted), '>=');
  if (fits(Number(is) - Number(rest), relation)) return [{}];
  return [{ problem: `it has ${is} ${is === 1 ? 'processor' : 'processors'}, required ${relation}${rest}` }];
}

function memory(wanted: string | number | undefined, is: Json | undefined): readonly Judged[] {
  if (wanted === undefined) return [];
  const { relation, rest } = splitRelation(String(wanted), '>=');
  const bytes = parseBytes(typeof wanted === 'number' ? wanted : rest);
  if (fits(Number(is) - bytes, relation)) return [{}];
  return [
    { problem: `it has ${describeBytes(Number(is))} of memory, required ${relation}${describeBytes(bytes)}` },
  ];
}

function disk({ path, free }: DiskRequirement, view: View): Judged {
  const [space] = view.see(diskSpaceLook(normalPath(path)));
  const bytes = parseBytes(typeof free === 'number' ? free : splitRelation(free, '>=').rest);
  if (space.available >= bytes) return {};
  return {
    problem: `${path} has ${describeBytes(space.available)} free (on ${space.mount}), required ${describeBytes(bytes)}`,
  };
}

function reach(wanted: ReachRequirement, view: View): Judged {
  const query = withTimeout(wanted);
  const [answer] = view.see(reachLook(query));
  if (answer.reached) return {};
  const where = `${query.host} port ${query.port}`;
  if (answer.why === 'no-tool') {
    return {
      problem: `whether ${where} is reachable cannot be told: the host has none of bash, nc, python3, perl`,
    };
  }
  return {
    problem: `${where} cannot be reached from the host${answer.said === '' ? '' : ` (${answer.said})`}`,
  };
}

function withTimeout({ host, port, timeout = DEFAULT_TIMEOUT }: ReachRequirement) {
  return { host, port, timeout };
}

function skew(wanted: string | number | undefined, is: Json | undefined): readonly Judged[] {
  if (wanted === undefined) return [];
  const { relation, rest } = splitRelation(String(wanted), '<=');
  const seconds = Number(is);
  if (fits(Math.abs(seconds) - parseSeconds(rest), relation)) return [{}];
  const side = seconds > 0 ? 'ahead of' : 'behind';
  return [
    { problem: `its clock is ${Math.abs(seconds)} s ${side} the controller's, allowed ${relation}${rest}` },
  ];
}
