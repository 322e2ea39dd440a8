import type { Action } from '../../engine/step-kind.ts';
import type { ShadowState } from '../../looks/shadow.ts';
import { editFunctions } from '../../resources/accounts/edit.ts';
import { bytesInput } from '../../shell/input.ts';
import { joinShell, sh } from '../../shell/quote.ts';

/** Sets a password hash. It goes through standard input: the arguments of a process can be read by everybody. */
export function passwordAction(name: string, hash: string, next: ShadowState, tools: boolean): Action {
  const field = next.exists && next.locked ? `!${hash}` : hash;
  const bytes = Buffer.from(tools ? `${name}:${field}\n` : `${field}\n`);
  return {
    title: `setting the password of ${name}`,
    input: bytesInput(bytes),
    script: tools
      ? sh`chpasswd -e`
      : joinShell([
          editFunctions(),
          sh`IFS= read -r field`,
          sh`entry /etc/shadow ${name} >/dev/null 2>&1 || put /etc/shadow ${name} ${name}:'!'::0:99999:7:::`,
          sh`put_field /etc/shadow ${name} 2 "$field"`,
          sh`put_field /etc/shadow ${name} 3 $(($(date +%s) / 86400))`,
        ]),
  };
}
