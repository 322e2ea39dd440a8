import type { Diagnostic } from '../documents/diagnostic.ts';
import type { HostProgram } from '../engine/host-program.ts';

/**
 * Finds what is wrong with the controller's files before any host is asked: artifacts that are missing or do
 * not match their pin, also where `facts.arch` or `facts.os` chooses them.
 */
export async function checkArtifacts(_programs: readonly HostProgram[]): Promise<readonly Diagnostic[]> {
  throw new Error('not written yet');
}
