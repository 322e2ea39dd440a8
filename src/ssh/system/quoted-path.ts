/** As ssh_config(5) takes names with spaces. The name has to be one that `isQuotable`. */
export function quotedPath(path: string): string {
  return `"${path}"`;
}

/** Whether quotes hold a name together, and ssh replaces nothing in it (`%d`, `${HOME}`). */
export function isQuotable(path: string): boolean {
  return !/["\\%$\u0000-\u001f\u007f]/.test(path);
}
