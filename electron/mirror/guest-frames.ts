import { assertNever } from '../../shared/assert-never.ts';
import type { Head } from '../../shared/contract/events.ts';
import type { Refusal } from '../../shared/contract/intents.ts';
import { limits } from '../../shared/contract/limits.ts';
import type { GuestFrame, HostFrame } from '../../shared/contract/mirror-protocol.ts';
import type { MirrorRefusal } from '../../shared/contract/mirror-refusals.ts';
import { parseInvitation } from '../../shared/people/invitation.ts';
import type { Receipt } from '../../shared/people/receipts.ts';
import { receiptStatement, statementHash } from '../../shared/people/statements.ts';
import { type Answer, refused } from '../engine/answer.ts';
import { sha256Text, signatureHolds } from '../engine/journal/digest.ts';
import type { JournalTail } from './journal-tail.ts';
import type { MirrorHostParts } from './ports.ts';
import type { ReceiptBook } from './receipt-book.ts';
import type { SharedFiles } from './shared-files.ts';
import type { Viewer } from './viewer.ts';

export interface GuestFrameParts extends Pick<MirrorHostParts, 'run' | 'onInvited'> {
  readonly tail: JournalTail;
  readonly files: SharedFiles;
  readonly receipts: ReceiptBook;
  /** The guest said whether somebody is there. */
  readonly onSign: () => void;
  readonly onReceipt: () => void;
}

type FrameRefusal = Extract<HostFrame, { type: 'answer' }>['refusal'];
type FrameOf<T extends GuestFrame['type']> = Extract<GuestFrame, { type: T }>;

/** Does what a guest asks. Gives why their connection must end for it, or null. */
export async function takeFrame(
  parts: GuestFrameParts,
  viewer: Viewer,
  frame: GuestFrame,
): Promise<MirrorRefusal | null> {
  switch (frame.type) {
    case 'hello':
      return 'malformed';
    case 'heartbeat':
      viewer.awake = frame.awake;
      parts.onSign();
      return null;
    case 'resume':
      return viewer.streaming ? await streamBehind(parts.tail, viewer, frame.have) : 'malformed';
    case 'fetch':
      return answerFetch(parts, viewer, frame);
    case 'receipt':
      return await takeReceipt(parts, viewer, frame.receipt);
    case 'intent':
      return answerIntent(parts, viewer, frame);
    case 'invite':
      return takeInvitation(parts, viewer, frame.invitation);
    default:
      return assertNever(frame);
  }
}

/** Sends the journal from behind this record on, if it is a record of ours. */
export async function streamBehind(
  tail: JournalTail,
  viewer: Viewer,
  have: Head | null,
): Promise<'history-differs' | null> {
  if (have !== null && !(await tail.holds(have))) return 'history-differs';
  viewer.streamFrom(have === null ? 0 : have.seq + 1);
  return null;
}

/** Answers go out beside what else the guest says; two may be under way, so that nothing gathers here. */
function answerFetch(
  { files }: GuestFrameParts,
  viewer: Viewer,
  { path, offset }: FrameOf<'fetch'>,
): MirrorRefusal | null {
  if (!viewer.streaming || viewer.fetches >= 2) return 'malformed';
  viewer.fetches += 1;
  void files.read(path, offset).then(async ({ data, size }) => {
    await viewer.send({ type: 'file', path, offset, data: data.toString('base64'), size });
    viewer.fetches -= 1;
  });
  return null;
}

function answerIntent(
  { run }: GuestFrameParts,
  viewer: Viewer,
  { id, intent }: FrameOf<'intent'>,
): MirrorRefusal | null {
  if (viewer.intents >= limits.mirrorIntents) return 'malformed';
  viewer.intents += 1;
  const unwritten = (error: unknown): Answer => refused('journal-unwritable', { cause: String(error) });
  const decided = run.submitFrom(viewer.participant, intent).catch(unwritten);
  void decided.then(async (answer) => {
    viewer.intents -= 1;
    await viewer.send({ type: 'answer', id, refusal: answer.ok ? null : fitted(answer.refusal) });
  });
  return null;
}

/** A refusal whose words are no longer than a frame may hold. */
function fitted({ code, params }: Refusal): FrameRefusal {
  const cut = Object.entries(params).map(([key, value]) => [key, value.slice(0, 2_000)]);
  return { code, params: Object.fromEntries(cut) };
}

/** A receipt counts when the checker's own key signed for a record that is ours. */
async function takeReceipt(
  { run, tail, receipts, onReceipt }: GuestFrameParts,
  viewer: Viewer,
  receipt: Receipt,
): Promise<MirrorRefusal | null> {
  const who = run.state().participants.find(({ participant }) => participant === viewer.participant);
  // Sent before they could hear of it: it counts no more, and the bye that says why is on its way.
  if (who?.standing === 'dismissed' || who?.standing === 'left') return null;
  if (who?.role !== 'checker' || who.standing !== 'admitted') return 'not-admitted';
  if (receipt.runId !== run.runId || receipt.name !== who.name) return 'malformed';
  const { seq, hash, at, publicKey, signature } = receipt;
  const statement = statementHash(receiptStatement(run.runId, { seq, hash }, at), sha256Text);
  if (publicKey !== who.publicKey || !signatureHolds(publicKey, statement, signature)) return 'proof-wrong';
  if (!(await tail.holds({ seq, hash }))) return 'history-differs';
  // Without an answer the guest knows that it was not kept, and signs again later.
  const covered = await receipts.add(receipt).catch(() => null);
  if (covered === null) return null;
  onReceipt();
  await viewer.send({ type: 'receipted', seq: covered });
  return null;
}

/** Only who was given the pen can say how to follow them; they are told that it arrived. */
function takeInvitation({ run, onInvited }: GuestFrameParts, viewer: Viewer, invitation: string): MirrorRefusal | null {
  if (run.state().penWith?.participant !== viewer.participant) return 'malformed';
  const parsed = parseInvitation(invitation);
  if (!parsed.ok || parsed.value.runId !== run.runId) return 'malformed';
  void viewer.send({ type: 'invited', invitation });
  onInvited(invitation);
  return null;
}
