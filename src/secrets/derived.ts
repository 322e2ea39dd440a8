import { knownSecrets } from './known.ts';

/** Numbers with fewer digits are ports, sizes and modes. */
const FEWEST_DIGITS = 6;

/**
 * Tells the masks every text in a value that secrets had part in.
 *
 * @param source the expression that the value comes from: a text that stands there in quotes (`secret == "" ? "off" :
 * "on"`) can be read by everyone.
 */
export function keepSecret(value: unknown, source = ''): void {
  if (typeof value === 'string') {
    if (!source.includes(`"${value}"`) && !source.includes(`'${value}'`)) knownSecrets.add(value);
  } else if (typeof value === 'number') {
    if (String(value).length >= FEWEST_DIGITS) knownSecrets.add(String(value));
  } else if (typeof value === 'object' && value !== null) {
    for (const member of Object.values(value)) keepSecret(member, source);
  }
}

/** Tells the masks the values of an encrypted file: short texts are looked for too. */
export function keepSecrets(value: unknown): void {
  if (typeof value === 'string') knownSecrets.addWhole(value);
  else if (typeof value === 'object' && value !== null) Object.values(value).forEach(keepSecrets);
  else keepSecret(value);
}
