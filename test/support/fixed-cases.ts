import fc from 'fast-check';
import { SEED } from './seed.ts';

// For the properties of fast-check that name no seed of their own.
fc.configureGlobal({ seed: SEED });
