import { generateKeyPairSync, sign } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createHosts } from '../../../electron/engine/hosts/index.ts';
import { createSessionSigner, sha256Text } from '../../../electron/engine/journal/digest.ts';
import { lineText } from '../../../electron/engine/journal/read-run.ts';
import { openRun } from '../../../electron/engine/open-run.ts';
import type { Identity } from '../../../electron/engine/ports.ts';
import { createSecretStore } from '../../../electron/engine/secrets.ts';
import { systemClock } from '../../../electron/engine/system-clock.ts';
import type { PlanStep } from '../../../shared/checklist/plan.ts';
import type { Head, RunEvent, SigningMode } from '../../../shared/contract/events.ts';
import type { Intent, MirrorIntent } from '../../../shared/contract/intents.ts';
import { canonicalJson } from '../../../shared/journal/canonical.ts';
import { sealRecord } from '../../../shared/journal/chain.ts';
import { handoverQuestions } from '../../../shared/people/handover-questions.ts';
import { statementFor, wordsToSign } from '../../../shared/people/proof.ts';
import {
  glassStatement,
  handoverStatement,
  receiptStatement,
  sessionStatement,
  statementHash,
} from '../../../shared/people/statements.ts';
import { Engine } from '../../helpers/engine-kit.ts';
import { manualStep, planOf } from '../../helpers/plans.ts';

/** A production run of two people on disk, made by the real controller, and the means to forge it. */

/** Somebody with a key of their own. */
export function person(name: string): Identity {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const raw = Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url').toString('base64');
  return {
    person: { name, contact: `${name}@example.org`, publicKey: raw },
    sign: (hash) => sign(null, Buffer.from(hash, 'ascii'), privateKey).toString('base64'),
  };
}

export function asked(id: string, { person: who }: Identity, given: { sameMachine?: boolean } = {}): RunEvent {
  const data = { participant: id, ...who, machine: `${who.name}'s laptop`, address: '10.0.0.9' };
  return { type: 'participant-asked', data: { ...data, sameMachine: false, pinned: true, ...given } };
}

/** One line of `receipts.jsonl`, without its newline. */
export function receiptLine(who: Identity, runId: string, { seq, hash }: Head, name = who.person.name): string {
  const at = '2026-11-20T14:00:00.000Z';
  const signature = who.sign(statementHash(receiptStatement(runId, { seq, hash }, at), sha256Text));
  const { publicKey } = who.person;
  return canonicalJson({ format: 'countersign-receipt-1', runId, seq, hash, at, name, publicKey, signature });
}

/** A run under way with an operator and a checker whose keys are known. */
export class PeopleRun {
  readonly ada = person('Ada');
  readonly bo = person('Bo');
  readonly engine: Engine;

  private constructor(engine: Engine) {
    this.engine = engine;
  }

  static async start(data: string, steps: readonly PlanStep[], production = true): Promise<PeopleRun> {
    const run = new PeopleRun(
      await Engine.create({ plan: planOf(steps, { production, hosts: [] }), data, home: data }),
    );
    await run.engine.run.identify(run.ada);
    await run.joins('p1', run.bo);
    return run;
  }

  get folder(): string {
    return this.engine.run.folder;
  }

  async joins(id: string, who: Identity, role: 'checker' | 'observer' = 'checker'): Promise<void> {
    await this.engine.run.controller.recordByApp([asked(id, who)]);
    await this.engine.submit({ type: 'admit', participant: id, role });
  }

  /** The checker asks; refused intents are errors of the test. */
  async from(intent: MirrorIntent, id = 'p1'): Promise<void> {
    const answer = await this.engine.run.controller.submitFrom(id, intent);
    if (!answer.ok) throw new Error(`${intent.type} refused: ${JSON.stringify(answer.refusal)}`);
  }

  async confirms(step: string, reason: string | null = null): Promise<void> {
    await this.engine.submit({
      ...{ type: 'confirm-manual', step, target: 'desk', verdict: 'passed', evidence: {}, note: null },
      reason,
    } as const);
    await this.engine.run.controller.idle();
  }

  async signs(step: string, mode: SigningMode, rejected: string | null = null): Promise<void> {
    const statement = statementFor(this.engine.state, step, mode, sha256Text) ?? '';
    const signed = { step, mode, statement };
    await this.from({ type: 'open-evidence', ...signed });
    const answer = rejected === null ? 'countersign' : 'reject';
    const signature = this.bo.sign(wordsToSign(answer, statement, sha256Text));
    if (rejected === null) await this.from({ type: 'countersign', ...signed, signature });
    else await this.from({ type: 'reject', ...signed, reason: rejected, signature });
  }

  /** Gives the pen to Bo and closes the session. */
  async handsOver(): Promise<void> {
    await this.engine.submit({ type: 'offer-handover', participant: 'p1', reason: 'my shift ends' });
    const { state } = this.engine;
    const head = { seq: state.seq, hash: state.head };
    const statement = statementHash(handoverStatement(state.runId, head, this.bo.person.publicKey), sha256Text);
    const answers = Object.fromEntries(handoverQuestions(state).map(({ id, answer }) => [id, answer]));
    await this.from({ type: 'accept-handover', head, answers, signature: this.bo.sign(statement) });
    await this.engine.run.close('handed-over');
  }
}

/**
 * A whole run of two people: permission, countersignature, rejection and a second try, an interruption. With its
 * checker's receipts in the folder, one for every record; gives their lines.
 */
export async function writePeopleRun(data: string): Promise<{ run: PeopleRun; folder: string }> {
  const steps = [manualStep('prepare'), manualStep('switch', { countersign: 'both', effect: 'write' })];
  const run = await PeopleRun.start(data, steps);
  await run.confirms('prepare');
  await run.signs('switch', 'before');
  await run.confirms('switch');
  await run.signs('switch', 'after', 'the wrong picture');
  await run.from({ type: 'log-interruption', from: 'Support', what: 'Is it over?', urgency: 'later' });
  await run.engine.submit({ type: 'ask-permission', step: 'switch', targets: ['desk'], reason: 'another picture' });
  await run.signs('switch', 'before');
  await run.confirms('switch', 'another picture');
  await run.signs('switch', 'after');
  await run.engine.submit({ type: 'finish' });
  await run.engine.run.close('ended');
  return { run, folder: run.folder };
}

/** A run that a checker only followed: nothing in it but their receipts speaks against a rewritten history. */
export async function writeFollowedRun(data: string): Promise<{ run: PeopleRun; folder: string }> {
  const run = await PeopleRun.start(data, [manualStep('prepare'), manualStep('switch', { effect: 'write' })]);
  await run.confirms('prepare');
  await run.engine.submit({ type: 'hold', reason: 'lunch' });
  await run.engine.submit({ type: 'continue' });
  await run.confirms('switch');
  await run.engine.submit({ type: 'finish' });
  await run.engine.run.close('ended');
  return { run, folder: run.folder };
}

/**
 * A run that is worked in lockdown. The glass is refused, taken back, signed, and at last broken alone, because the
 * checker went; after each breaking the lock is entered anew.
 */
export async function writeLockedRun(data: string): Promise<{ run: PeopleRun; folder: string }> {
  const run = await PeopleRun.start(data, [manualStep('prepare'), manualStep('switch')]);
  const tells = (event: RunEvent) => run.engine.run.controller.recordByApp([event]);
  const display = { width: 1600, height: 1000 };
  const locks = () => tells({ type: 'lockdown-entered', data: { display, displays: 1, sensed: true } });
  const asks = (reason: string) => run.engine.submit({ type: 'break-glass', reason });
  const goesOn = async () => {
    await tells({ type: 'lockdown-left', data: { cause: 'glass' } });
    await run.engine.submit({ type: 'continue' });
    await locks();
  };
  const isThere = (presence: 'here' | 'gone') =>
    tells({ type: 'participant-presence', data: { participant: 'p1', presence, cause: null, silentMs: 0 } });
  await tells({ type: 'lockdown-chosen', data: { on: true, reason: null } });
  await locks();
  await run.confirms('prepare');
  await asks('a knock at the door');
  await run.from({ type: 'refuse-glass', reason: 'let them knock' });
  await asks('the telephone');
  await run.engine.submit({ type: 'withdraw-glass' });
  await asks('the fire alarm');
  const statement = statementHash(glassStatement(run.engine.state) ?? {}, sha256Text);
  await run.from({ type: 'sign-glass', statement, signature: run.bo.sign(statement) });
  await goesOn();
  await asks('smoke');
  await isThere('gone');
  await isThere('here');
  await goesOn();
  await run.confirms('switch');
  await tells({ type: 'lockdown-left', data: { cause: 'phases-over' } });
  await run.engine.submit({ type: 'finish' });
  await run.engine.run.close('ended');
  return { run, folder: run.folder };
}

/** The pen goes from Ada to Bo, given or taken, and Bo finishes the run. */
export async function writeHandedOverRun(
  data: string,
  how: 'handover' | 'takeover',
): Promise<{ run: PeopleRun; folder: string }> {
  const run = await PeopleRun.start(data, [manualStep('prepare'), manualStep('switch')]);
  await run.confirms('prepare');
  if (how === 'handover') await run.handsOver();
  else await run.engine.run.close('stopped');
  const secrets = createSecretStore();
  const prompter = { ask: async () => null };
  const makeHosts = () => createHosts({ hosts: [], home: data, data, env: {}, prompter, secrets, clock: systemClock });
  const taken = await openRun({
    ...{ data, secrets, prompter, clock: systemClock, person: 'Bo', tap: () => {}, progress: () => {}, makeHosts },
    runId: run.engine.run.runId,
    pen: { how, participant: 'p1', reason: 'it burns there', identity: run.bo },
  });
  if (!taken.ok) throw new Error(JSON.stringify(taken.failure));
  const { controller } = taken.value;
  const submit = async (intent: Intent) => {
    const answer = await controller.submit(intent);
    if (!answer.ok) throw new Error(`${intent.type} refused: ${JSON.stringify(answer.refusal)}`);
  };
  if (controller.state.status === 'held') await submit({ type: 'continue' });
  await submit({
    ...{ type: 'confirm-manual', step: 'switch', target: 'desk', verdict: 'passed', evidence: {}, note: null },
    reason: null,
  });
  await controller.idle();
  await submit({ type: 'finish' });
  await taken.value.close('ended');
  return { run, folder: run.folder };
}

/** A record as it stands in a line. */
export interface Line {
  seq: number;
  at: string;
  hash: string;
  sig?: string;
  type: string;
  actor: { kind: string; name: string };
  data: Record<string, unknown>;
}

export const parse = (line: string): Line => JSON.parse(line) as Line;

/** The lines of a run's journal. */
export function linesOf(journal: Buffer): string[] {
  return (lineText(journal) ?? '').trimEnd().split('\n');
}

/**
 * What somebody with the operator's machine and key can do: changes the record `at` (or leaves it out, when `change`
 * gives null), and makes everything behind it follow, with a session key of theirs that the operator's key vouches for.
 */
export function rebuild(
  lines: readonly string[],
  operator: Identity,
  at: number,
  change: (record: Line) => Line | null,
  signer = createSessionSigner(),
): string[] {
  const rebuilt: string[] = [];
  const runId = String(parse(lines[0] ?? '').data['runId']);
  let prev = '0'.repeat(64);
  for (const [index, line] of lines.entries()) {
    const old = parse(line);
    const { data } = old;
    if (old.type === 'session-opened') data['publicKey'] = signer.publicKey;
    if (old.type === 'session-identified' && data['publicKey'] === operator.person.publicKey) {
      const vouching = sessionStatement(runId, String(data['session']), signer.publicKey, operator.person);
      data['signature'] = operator.sign(statementHash(vouching, sha256Text));
    }
    const changed = index === at ? change(old) : old;
    if (changed === null) continue;
    const { hash: _hash, sig, ...body } = changed;
    const sign = sig === undefined ? null : (hash: string) => signer.sign(Buffer.from(hash, 'ascii'));
    const sealed = sealRecord({ ...body, seq: rebuilt.length, prev } as never, sha256Text, sign);
    prev = sealed.record.hash;
    rebuilt.push(sealed.line);
  }
  return rebuilt;
}

export async function writeLines(folder: string, name: string, lines: readonly string[]): Promise<void> {
  await writeFile(join(folder, name), lines.map((line) => `${line}\n`).join(''));
}
