import { arch } from './arch.ts';
import type { Fact } from './fact.ts';

/** All facts by name, sorted. */
export const FACTS: ReadonlyMap<string, Fact> = new Map([arch].map((fact) => [fact.name, fact]));
