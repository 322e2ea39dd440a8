/** What parts of the program are called in the tables, by the first pattern that fits a module's path. */
const AREAS: readonly (readonly [RegExp, string])[] = [
  [/^\(start\)/, 'start of Node and of the bundle'],
  [/^\(garbage/, 'garbage collection'],
  [/^\(node\)/, 'Node: event loop, sockets, timers'],
  [/ssh2\/lib\/protocol\/crypto/, 'ssh2: encryption'],
  [/ssh2\/lib\/protocol\/(kex|keyParser)|asn1|bcrypt/, 'ssh2: handshake and keys'],
  [/ssh2/, 'ssh2: protocol and channels'],
  [/dist\/ssh\//, 'sessions and frames'],
  [/dist\/engine\//, 'engine: observe, compare, apply'],
  [/dist\/(steps|looks|resources|net|shell)\//, 'steps, looks and their scripts'],
  [/dist\/(expressions|patterns)\/|cel-js|liquidjs|re2js/, 'expressions and templates'],
  [/dist\/(playbook|inventory|documents|validators)\/|js-yaml|ajv/, 'loading and checking of files'],
  [/dist\/artifacts\/|yauzl/, 'hashes and archives'],
  [/dist\/reports\/|listr2|picocolors|node_modules\/diff\//, 'reports'],
  [/dist\/cli\/|yargs/, 'command line'],
];

/** The area of a module. */
export function areaOf(module: string): string {
  return AREAS.find(([pattern]) => pattern.test(module))?.[1] ?? 'other libraries';
}
