import { dump } from 'js-yaml';

/** A Markdown table. Cells may hold Markdown; bars and line breaks are escaped. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(cell).join(' | ')} |`;
  return [line(head), `|${head.map(() => '---').join('|')}|`, ...rows.map(line)].join('\n');
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll(/\s*\n\s*/g, ' ');
}

/** A value as it would be written in a cell. */
export function inline(value: unknown): string {
  const text = typeof value === 'string' && !/^\s|\s$|\n|^$/.test(value) ? value : JSON.stringify(value);
  return text.includes('`') ? `\`\` ${text} \`\`` : `\`${text}\``;
}

/** A value as a YAML code block. */
export function yamlBlock(value: unknown): string {
  return `\`\`\`yaml\n${dump(value, { lineWidth: 100, noRefs: true })}\`\`\``;
}
