import { HASH_OF_NOTHING } from '../../shell/openssl.ts';
import { Shell } from '../../shell/quote.ts';
import { LOCK_PRELUDE } from './lock-script.ts';
import { RECEIVE_PRELUDE } from './receive-script.ts';

/**
 * What the long-lived shell runs, by `/bin/sh -c`. The host's login shell, which starts it, may be anything (fish, csh), so
 * the text keeps to what all of them read alike in single quotes: no backslash, no `!` and no newline.
 *
 * The shell reads a length, then exactly so many bytes, and evaluates them. `dd` with `fullblock` reads no
 * byte too many from a pipe; `head -c` of busybox does, and a shell that reads its script from standard input
 * would swallow the data that follows the script.
 */
export const SHELL_BODY =
  'umask 077; export LC_ALL=C; while read -r n; do s=$(dd bs=$n count=1 iflag=fullblock 2>/dev/null); eval "$s"; done';

/**
 * Functions every script may use. Sent once per shell, with the first request.
 *
 * - `p_sync PATH…`: flush files or directories to disk (fsync where `sync` takes paths, all otherwise). Fails where the disk did
 *   not take them: to flush all would not say so, as the kernel tells it once.
 * - `p_input SIZE`: pass exactly SIZE bytes of the request's input on to standard output.
 * - `p_receive`: see receive-script.ts.
 * - `p_sha256 [FILE…]`: a line for each file, or for its input, that begins with the hash. OpenSSL's program is five times
 *   quicker than sha256sum where the processor knows SHA-256; it is asked first whether it works.
 * - `p_has_sha256 SUM FILE`: whether a file has this hash. No need to ask openssl first: it does not come to it by mistake.
 *   `p_may_have_sha256` asks nobody else: it may say no to a file that has it.
 * - `p_move FROM TO`: rename onto TO, never into it.
 */
export const PRELUDE = new Shell(
  [
    'PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin:/usr/local/bin:/usr/bin:/bin; export PATH',
    'p_sync() { p_said=$(sync -- "$@" 2>&1) && return; case $p_said in *"Input/output error"* | *"No space left on device"* | *"Disk quota exceeded"*) printf "%s\\n" "$p_said" >&2; return 1 ;; esac; sync; }',
    'p_input() { if [ $(($1 / 65536)) -gt 0 ]; then dd bs=65536 count=$(($1 / 65536)) iflag=fullblock 2>/dev/null || return; fi; if [ $(($1 % 65536)) -gt 0 ]; then dd bs=$(($1 % 65536)) count=1 iflag=fullblock 2>/dev/null; fi; }',
    `p_sha256() { case $(openssl dgst -sha256 -r </dev/null 2>/dev/null) in ${HASH_OF_NOTHING.text}) openssl dgst -sha256 -r "$@" ;; *) sha256sum -- "$@" ;; esac; }`,
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the host's shell that reads this.
    'p_may_have_sha256() { p_sum=$(openssl dgst -sha256 -r <"$2" 2>/dev/null) && [ "${p_sum%% *}" = "$1" ]; }',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the host's shell that reads this.
    'p_has_sha256() { p_may_have_sha256 "$@" || { p_sum=$(sha256sum <"$2"); [ "${p_sum%% *}" = "$1" ]; }; }',
    'p_move() { mv -fT -- "$1" "$2"; }',
    RECEIVE_PRELUDE.text,
    LOCK_PRELUDE.text,
  ].join('\n'),
);
