/**
 * Words that every output is made of: the keys of events, and the words for what became of things. A secret of such a
 * text gives nothing away by standing there, and masking it would break every reader of `--json`.
 */
const PUBLIC_WORDS = new Set(
  `action added after always apply assumes attempt attribute before binary bugs bugStack bytesSent changed changes code
   column concurrency connection connections count create deferred delete detailedExitCode diagnostic difference diff
   drift dry-run duration durationMs error event failed failure false file format groups hidden hint host
   host-connected host-finished host-observed host-started hosts ignored index host-key interrupted inventory item kind large
   limit line lines list login-refused lost made message mode name none notes null opaque options order output places playbooks predicted privilege protocol
   problems reason refused removed resource roundTrips run-finished run-started severity shard skipped
   skipTags status stderr stdout step step-finished step-retried step-started steps surprises tags target text time timeout
   told total transfer true unchecked unknown unreachable unreached unseen update warning`.split(/\s+/),
);

/** Whether a text is one of the words that every output is made of. */
export function isOurWord(text: string): boolean {
  return PUBLIC_WORDS.has(text);
}

/** Whether a text is no secret whoever says so. Digits alone would be found in every figure and time. */
export function isPublicWord(text: string): boolean {
  return PUBLIC_WORDS.has(text) || /^[\d.:-]{1,5}$/.test(text);
}
