/** How to make a condition of a value that is neither true nor false. */
export function conditionHint(source: string, value: unknown): string {
  const plain = /^[\w.[\]"']+$/.test(source) ? source : `(${source})`;
  if (Array.isArray(value) || (typeof value === 'object' && value !== null))
    return `write size(${source}) > 0`;
  if (typeof value === 'number') return `write ${plain} != 0`;
  if (value === null) return `write ${plain} != null`;
  if (value === 'yes' || value === 'no') {
    return `compare it, ${plain} == "yes", or give the variable true or false: YAML 1.2 has no yes and no`;
  }
  return `compare it, for example ${plain} == ${JSON.stringify(value)} or ${plain} != ""`;
}
