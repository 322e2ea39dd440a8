import type { JsonSchema } from '../../engine/step-kind.ts';

/** Arguments of the `service` step. */
export interface ServiceArgs {
  readonly name: string;
  readonly state?: 'started' | 'stopped';
  readonly enabled?: boolean;
  readonly masked?: boolean;
}

export const schema: JsonSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['name'],
  minProperties: 2,
  properties: {
    name: {
      type: 'string',
      pattern: '^[A-Za-z0-9:_.\\\\@-]{1,255}$',
      description:
        'The unit. Without a suffix it is a `.service`; timers, sockets and the rest are named in full. An instance of a template is written `name@instance`.',
      examples: ['nginx', 'backup.timer', 'getty@tty1'],
    },
    state: {
      enum: ['started', 'stopped'],
      description:
        'Whether it runs now. `started` is proven: a service that starts and ends again within a second has not started. Left alone when it is not given.',
      examples: ['started'],
    },
    enabled: {
      type: 'boolean',
      description:
        'Whether it starts at boot, as `systemctl is-enabled` tells it. Left alone when it is not given.',
      examples: [true],
    },
    masked: {
      type: 'boolean',
      description:
        'Whether it is barred from starting at all, also by hand or by another unit. Left alone when it is not given.',
      examples: [false],
    },
  },
};
