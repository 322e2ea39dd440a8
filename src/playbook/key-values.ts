/** Seconds of a number or a text such as "5m" that the schema has let through. */
export function seconds(value: unknown, otherwise: number): number {
  if (typeof value === 'number') return value;
  if (typeof value !== 'string') return otherwise;
  const unit = { s: 1, m: 60, h: 3600 }[value.at(-1) as 's' | 'm' | 'h'];
  return Number(value.slice(0, -1)) * unit;
}

/** The words of `tags`, given as a list or as text with commas. */
export function tagList(value: unknown): readonly string[] {
  if (typeof value === 'string') return value.split(',').map((tag) => tag.trim());
  return Array.isArray(value) ? value.map(String) : [];
}
