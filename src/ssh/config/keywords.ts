/** What is said of a keyword that is not used, where it would change how a host is reached or proven. */
export interface Announced {
  /** `error`: going on without it would be another connection, or a weaker proof, than the file asks for. */
  readonly severity: 'error' | 'warning';
  readonly says: string;
  /** Values, in lower case, with which it asks for nothing. */
  readonly harmless?: readonly string[];
}

/** Keywords that must not be passed over in silence, by their names in lower case. */
export const ANNOUNCED: ReadonlyMap<string, Announced> = new Map([
  [
    'revokedhostkeys',
    {
      severity: 'error',
      says: 'is not supported: list revoked keys in known_hosts, in lines that begin with @revoked',
      harmless: ['none'],
    },
  ],
  ['refuseconnection', { severity: 'error', says: 'refuses connections to this host' }],
  [
    'canonicalizehostname',
    {
      severity: 'warning',
      says: 'is not used: names are looked up as they are; write HostName',
      harmless: ['no', 'false'],
    },
  ],
  [
    'knownhostscommand',
    { severity: 'warning', says: 'is not used: keys are known from files only', harmless: ['none'] },
  ],
  ['bindaddress', { severity: 'warning', says: 'is not used: the system chooses the address to come from' }],
  ['bindinterface', { severity: 'warning', says: 'is not used: the system chooses the interface' }],
]);

/**
 * The other keywords of OpenSSH, up to 10.0, with those that it has taken over from older versions and that Debian adds:
 * they do not change where a connection goes or whose key is trusted, and are passed over.
 */
const PASSED_OVER = `
addkeystoagent afstokenpassing batchmode canonicaldomains canonicalizefallbacklocal canonicalizemaxdots
canonicalizepermittedcnames casignaturealgorithms challengeresponseauthentication channeltimeout
checkhostip cipher ciphers clearallforwardings compression compressionlevel connectionattempts controlmaster
controlpath controlpersist dsaauthentication dynamicforward enableescapecommandline enablesshkeysign escapechar
exitonforwardfailure fallbacktorsh fingerprinthash forkafterauthentication forwardagent forwardx11 forwardx11timeout
forwardx11trusted gatewayports globalknownhostsfile2 gssapiauthentication gssapiclientidentity
gssapidelegatecredentials gssapikexalgorithms gssapikeyexchange gssapirenewalforcesrekey gssapiserveridentity
gssapitrustdns hashknownhosts hostbasedacceptedalgorithms hostbasedacceptedkeytypes hostbasedauthentication hostbasedkeytypes
hostkeyalgorithms ignoreunknown ipqos kbdinteractiveauthentication kbdinteractivedevices keepalive
kerberosauthentication kerberostgtpassing kexalgorithms localcommand localforward loglevel logverbose macs
nohostauthenticationforlocalhost numberofpasswordprompts obscurekeystroketiming passwordauthentication
permitlocalcommand permitremoteopen pkcs11provider preferredauthentications protocol protocolkeepalives
proxyusefdpass pubkeyacceptedalgorithms pubkeyacceptedkeytypes pubkeyauthentication rekeylimit remotecommand
remoteforward requesttty requiredrsasize rhostsauthentication rhostsrsaauthentication rsaauthentication
securitykeyprovider sendenv sessiontype setenv setuptimeout skeyauthentication smartcarddevice stdinnull
streamlocalbindmask streamlocalbindunlink syslogfacility tag tcpkeepalive tisauthentication tunnel tunneldevice
updatehostkeys useblacklistedkeys useprivilegedport userknownhostsfile2 useroaming usersh verifyhostkeydns
versionaddendum visualhostkey warnweakcrypto xauthlocation
`;

export const IGNORED: ReadonlySet<string> = new Set(PASSED_OVER.split(/\s+/).filter(Boolean));
