import { WebSocket } from 'ws';
import { systemClock } from '../../electron/engine/system-clock.ts';
import { openMirrorGuest } from '../../electron/mirror/guest.ts';
import type { MirrorGuest } from '../../electron/mirror/ports.ts';
import { limits } from '../../shared/contract/limits.ts';
import type { HostFrame } from '../../shared/contract/mirror-protocol.ts';
import { dialTls, helloFrame, portOf, readInvitation, somebody } from '../helpers/mirror-client.ts';
import { tempFolder } from '../helpers/sshd.ts';
import { now, type ViewerAnswer, type ViewerRequest } from './mirror-talk.ts';

/** The other computers of the bench `mirror`, a process of its own: one checker as the app is, or many who look on. */

/** Somebody who follows: the number of records they have, and when each came. */
interface Following {
  /** Records that are here, folded in. */
  readonly has: () => number;
  close(): Promise<void>;
}

/** When each record was folded in, since it was last asked. */
let folded: (readonly [number, number])[] = [];
/** Characters of live output that came to all of them. */
let shown = 0;

/** The app's own guest: checks, keeps, folds and signs, and pulls the recordings. */
async function check(invitation: string): Promise<Following> {
  let has = 0;
  const opened = await openMirrorGuest({
    data: tempFolder('bench-checker'),
    invitation,
    address: null,
    identity: somebody('Checker'),
    machine: 'checker-pc',
    clock: systemClock,
    onLink: () => {},
    onState: (state) => {
      for (; has <= state.seq; has += 1) folded.push([has, now()]);
    },
    onRecord: ({ seq }) => {
      folded.push([seq, now()]);
      has = seq + 1;
    },
    onOutput: ({ data }) => {
      shown += data.length;
    },
    onProgress: () => {},
    onPen: () => {},
  });
  if (!opened.ok) throw new Error(JSON.stringify(opened.failure));
  const guest: MirrorGuest = opened.value;
  return { has: () => has, close: () => guest.close('quit') };
}

/** A guest that takes everything and thinks nothing of it: what fifty computers do must not cost this one's time. */
async function lookOn(text: string): Promise<Following> {
  const invitation = readInvitation(text);
  const wire = await dialTls(portOf(invitation));
  const socket = new WebSocket(`ws://127.0.0.1:${portOf(invitation)}/mirror`, { createConnection: () => wire });
  let has = 0;
  socket.on('message', (data: Buffer) => {
    const kind = data.toString('latin1', 9, 13);
    if (kind === 'outp') {
      shown += data.length;
      return;
    }
    const frame = JSON.parse(data.toString('utf8')) as HostFrame;
    if (frame.type === 'challenge')
      socket.send(JSON.stringify(helloFrame(invitation, frame.nonce, somebody('Observer'))));
    if (frame.type === 'records') has = frame.first + frame.lines.length;
  });
  const heart = setInterval(() => socket.send(JSON.stringify({ type: 'heartbeat', awake: true })), limits.heartbeatMs);
  return {
    has: () => has,
    close: async () => {
      clearInterval(heart);
      socket.close();
    },
  };
}

const followers: Following[] = [];

async function answer(request: ViewerRequest): Promise<ViewerAnswer> {
  switch (request.type) {
    case 'join':
      followers.push(await (request.as === 'checker' ? check : lookOn)(request.invitation));
      return { type: 'done' };
    case 'until':
      while (followers.some((one) => one.has() <= request.seq)) await new Promise((wake) => setTimeout(wake, 1));
      return { type: 'done' };
    case 'report': {
      const report = { type: 'report', folded, shown } as const;
      folded = [];
      shown = 0;
      return report;
    }
    case 'close':
      await Promise.all(followers.map((one) => one.close()));
      return { type: 'done' };
  }
}

process.on('message', (request: ViewerRequest) => {
  void answer(request)
    .catch((error: unknown): ViewerAnswer => ({ type: 'failed', why: String(error) }))
    .then((said) => process.send?.(said));
});
process.on('disconnect', () => process.exit());
