/**
 * This process's environment without what has Node read all certificates of the machine before its first line
 * (NODE_EXTRA_CA_CERTS: 45 ms of CPU each time), and with something laid over it. Nothing measured here speaks TLS.
 */
export function plainEnv(over: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  const { NODE_EXTRA_CA_CERTS: _, ...env } = process.env;
  return { ...env, ...over };
}
