/** As ssh_config(5) takes names with spaces. */
export function quotedPath(path: string): string {
  return `"${path}"`;
}
