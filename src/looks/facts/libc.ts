import { sh } from '../../shell/quote.ts';
import type { Fact } from './fact.ts';

/**
 * getconf belongs to glibc; where it is missing, glibc and the loader of musl tell their versions themselves when
 * they are run.
 */
export const libc: Fact = {
  name: 'libc',
  summary: 'The C library: `name` is glibc or musl ("none" where neither is found), `version` as text.',
  example: { name: 'glibc', version: '2.36' },
  script: sh`getconf GNU_LIBC_VERSION 2>/dev/null || {
  for lib in /lib/libc.so.6 /lib64/libc.so.6 /usr/lib64/libc.so.6 /lib/*-linux-*/libc.so.6 /usr/lib/*-linux-*/libc.so.6; do
    if [ -x "$lib" ]; then "$lib" 2>/dev/null && break; fi
  done
  for loader in /lib/ld-musl-*.so.1; do
    if [ -x "$loader" ]; then "$loader" --version 2>&1; fi
  done
  :
}`,
  parse(output) {
    const glibc = /^glibc (\d[\d.]*)/m.exec(output) ?? /^GNU C Library .* version (\d[\d.]*\d)/m.exec(output);
    if (glibc !== null) return { name: 'glibc', version: glibc[1] as string };
    const musl = /^musl libc[^\n]*\nVersion (\d[\d.]*)/m.exec(output);
    if (musl !== null) return { name: 'musl', version: musl[1] as string };
    return { name: 'none', version: '' };
  },
};
