import { type Diagnostic, hasErrors } from '../documents/diagnostic.ts';
import { nearest } from '../documents/suggest.ts';
import type { Connection } from '../inventory/connection.ts';
import { connectionOf } from '../inventory/connection.ts';
import { hostScope } from '../inventory/host-scope.ts';
import { FACTS } from '../looks/facts/index.ts';
import { factsText } from '../reports/facts.ts';
import { tellHosts } from '../secrets/mask-value.ts';
import { readSshConfig } from '../ssh/config/read.ts';
import type { OutputArguments } from './arguments.ts';
import { concurrencyFor, concurrencyWarning } from './concurrency.ts';
import type { ConnectionArguments } from './connection-arguments.ts';
import { showDiagnostics } from './diagnostics.ts';
import { endWithReader } from './end-with-reader.ts';
import { EXIT } from './exit-code.ts';
import { gatherFacts, type HostFacts } from './gather-facts.ts';
import type { HostArguments } from './host-arguments.ts';
import { loginSecrets } from './login-secrets.ts';
import { loginUser } from './login-user.ts';
import { Output } from './output.ts';
import { selectHosts } from './select-hosts.ts';
import { emptyPart } from './shard-argument.ts';
import { createTargets, sshConfigOptions } from './targets.ts';
import { styleFor } from './terminal.ts';
import { UsageError } from './usage.ts';

export interface FactsArguments {
  readonly hosts: HostArguments;
  /** All facts when empty. */
  readonly names: readonly string[];
  readonly connection: ConnectionArguments;
  readonly output: OutputArguments;
  readonly concurrency: number | 'auto';
}

/** Prints facts of hosts; resolves with 4 when some host could not be asked. */
export async function printFacts(args: FactsArguments): Promise<number> {
  for (const name of args.names) requireFact(name);
  const output = new Output(process.stdout, endWithReader);
  const selected = await selectHosts(args.hosts);
  const diagnostics: Diagnostic[] = [...selected.diagnostics];
  const connections = new Map<string, Connection>();
  for (const host of selected.hosts) {
    const { connection, diagnostics: found } = connectionOf(
      host,
      hostScope(host).extend({ variables: [selected.extra] }),
      selected.extra,
    );
    diagnostics.push(...found);
    if (connection !== undefined) connections.set(host.name, connection);
  }
  const ssh = readSshConfig(sshConfigOptions(args.connection));
  diagnostics.push(...ssh.diagnostics);
  const logins = [...connections].map(([host, connection]) => ({
    host,
    loginUser: loginUser(host, connection, args.connection, ssh.config),
  }));
  const secrets = hasErrors(diagnostics) ? {} : await loginSecrets(args.connection);
  const fleet = createTargets(logins, connections, {
    options: args.connection,
    config: ssh.config,
    inventory: selected.inventory,
    secrets,
  });
  diagnostics.push(...fleet.diagnostics);
  if (!hasErrors(diagnostics)) diagnostics.push(...(await fleet.unlock()));
  showDiagnostics(diagnostics, args.output, output.line);
  if (hasErrors(diagnostics)) return EXIT.error;
  const { shard } = args.hosts;
  if (shard !== undefined && selected.hosts.length === 0) process.stderr.write(`${emptyPart(shard)}\n`);
  const names = args.names.length > 0 ? args.names : [...FACTS.keys()];
  const tellJson = (facts: HostFacts): void => output.line(JSON.stringify(factsEvent(facts)));
  tellHosts(fleet.targets.keys());
  const crowded = concurrencyWarning(args.concurrency, fleet.targets.size);
  if (crowded !== undefined) process.stderr.write(`${crowded}\n`);
  const all = await gatherFacts(
    fleet.targets,
    names,
    concurrencyFor(args.concurrency, fleet.targets.size),
    args.output.json ? tellJson : () => {},
  ).finally(() => fleet.close());
  for (const line of fleet.accepted()) process.stderr.write(`${line}\n`);
  if (!args.output.json) {
    for (const line of factsText(all, styleFor(process.stdout, !args.output.color))) output.line(line);
  }
  const unasked = all.some(
    ({ failure, problems }) => failure !== undefined || Object.keys(problems).length > 0,
  );
  return unasked ? EXIT.unreachable : EXIT.done;
}

function factsEvent({ host, facts, problems, failure }: HostFacts): object {
  return {
    event: 'facts',
    host,
    facts,
    ...(Object.keys(problems).length === 0 ? {} : { problems }),
    ...(failure === undefined ? {} : { failure }),
  };
}

function requireFact(name: string): void {
  if (FACTS.has(name)) return;
  const near = nearest(name, FACTS.keys());
  const hint = near === undefined ? `there are: ${[...FACTS.keys()].join(', ')}` : `did you mean "${near}"?`;
  throw new UsageError(`there is no fact "${name}"`, hint);
}
