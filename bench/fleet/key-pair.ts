import ssh2 from 'ssh2';

/** An ed25519 key pair in OpenSSH's format. About one in 300 that ssh2 makes is one that it cannot read. */
export function keyPair(): { readonly privateKey: string; readonly publicLine: string } {
  for (;;) {
    const { private: privateKey, public: publicLine } = ssh2.utils.generateKeyPairSync('ed25519');
    if (!(ssh2.utils.parseKey(privateKey) instanceof Error)) return { privateKey, publicLine };
  }
}
