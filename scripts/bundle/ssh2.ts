import type { Plugin } from 'esbuild';

/**
 * Takes from ssh2 the client only: its server, its key maker and its agents for HTTP, which load Node's HTTP modules,
 * are never used. The native part is found beside the package, built for the machine that it was installed on; without
 * it ssh2 does the same more slowly. `cpu-features` orders defaults that are not used (src/ssh/algorithms.ts).
 */
export const clientOnly: Plugin = {
  name: 'ssh2-client-only',
  setup(build) {
    build.onResolve({ filter: /^ssh2$/ }, ({ resolveDir }) => ({
      path: 'ssh2',
      namespace: 'ssh2',
      pluginData: resolveDir,
    }));
    build.onLoad({ filter: /.*/, namespace: 'ssh2' }, ({ pluginData }) => ({
      contents: `
        import Client from 'ssh2/lib/client.js';
        import { BaseAgent, createAgent } from 'ssh2/lib/agent.js';
        import { parseKey } from 'ssh2/lib/protocol/keyParser.js';
        export { Client };
        export default { BaseAgent, createAgent, utils: { parseKey } };`,
      resolveDir: pluginData,
    }));
    build.onResolve({ filter: /sshcrypto\.node$/ }, () => ({
      path: 'ssh2/lib/protocol/crypto/build/Release/sshcrypto.node',
      external: true,
    }));
    build.onResolve({ filter: /^cpu-features$/ }, () => ({ path: 'cpu-features', namespace: 'absent' }));
    build.onLoad({ filter: /.*/, namespace: 'absent' }, () => ({ contents: 'module.exports = () => ({});' }));
  },
};
