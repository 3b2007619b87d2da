import { createSessionSigner, sha256Text } from '../../electron/engine/journal/digest.ts';
import type { Plan, PlanStep } from '../../shared/checklist/plan.ts';
import { DESK } from '../../shared/checklist/plan-lookup.ts';
import { type Actor, type JournalRecord, mustBeSigned, type RunEvent } from '../../shared/contract/events.ts';
import { contentHashOf, FIRST_LINK, sealRecord } from '../../shared/journal/chain.ts';
import { manualStep, planOf, step } from './plans.ts';

/**
 * A release with everything a report tells of: phases, blocks, batches, a window, a rehearsal, attempts again, a
 * deferred host, an unknown, a hold, an absence, gaps in the lockdown, paper, notes and corrections, SQL and a comparison.
 */

const app: Actor = { kind: 'app', name: 'Countersign' };
const operator: Actor = { kind: 'operator', name: '李伟 Li Wei' };
const hosts = ['app1', 'app2', 'app3', 'app4'] as const;
const began = Date.UTC(2026, 10, 20, 12, 0, 0);
const minute = 60_000;

interface Told {
  readonly at: number;
  readonly actor: Actor;
  readonly event: RunEvent;
}

const titles = [
  '停止 Tomcat · Stop tomcat',
  '上传构建包 Upload the build',
  '执行数据库脚本',
  'Start tomcat',
  '检查启动日志',
  'Compare the balances',
];

function storyStep(index: number, count: number): PlanStep {
  const phase = index < count / 5 ? 0 : index < (count * 4) / 5 ? 1 : 2;
  const batch = phase === 1 && index % 4 === 1 ? { index: 1 + (index % 3), of: 3, ceiling: null } : null;
  const given: Partial<PlanStep> = {
    code: `${phase + 1}.${index + 1}`,
    title: `${titles[index % titles.length]} ${index + 1}`,
    phase,
    block: phase === 1 && index % 20 < 12 ? 0 : null,
    plannedMs: minute * (1 + (index % 3)),
    targets:
      phase === 1 ? [hosts[index % 2] ?? 'app1', hosts[2 + (index % 2)] ?? 'app3'] : [hosts[index % 4] ?? 'app1'],
    batch,
    rollback: { action: { ...step('x').action }, perTarget: {}, plannedMs: minute },
  };
  if (index % 10 === 0) return manualStep(`s${index}`, { ...given, targets: [DESK], batch: null, rollback: null });
  return step(`s${index}`, given);
}

/** The plan of a release of so many steps. */
export function reportPlan(count: number): Plan {
  const steps = Array.from({ length: count }, (_, index) => storyStep(index, count));
  const iso = (ms: number) => new Date(began + ms + 8 * 60 * minute).toISOString().replace('Z', '+08:00');
  const whole = steps.reduce((sum, { plannedMs }) => sum + (plannedMs ?? 0), 0);
  const host = (name: string) => ({
    name,
    address: `${name}.bank`,
    port: 22,
    user: 'tomcat',
    jump: null,
    groups: ['app'],
    identity: null,
  });
  return planOf(steps, {
    title: '交易核心 Trade core 3.4.0',
    environment: 'prod',
    production: true,
    hosts: hosts.map(host),
    window: { start: iso(0), warn: iso(whole), backOutBy: iso(whole * 1.4), end: iso(whole * 1.6) },
    phases: [
      { kind: 'cold', title: '准备 Prepare' },
      { kind: 'hot', title: '替换 Replace' },
      { kind: 'observe', title: '观察 Observe' },
    ],
    blocks: [{ title: '替换构建包 Replace the build', phase: 1, worstCaseMs: 720_000 }],
  });
}

/** What happened, in order. */
function tellAll(count: number, publicKey: string): readonly Told[] {
  const plan = reportPlan(count);
  const told: Told[] = [];
  let now = began;
  let attempts = 0;
  const say = (event: RunEvent, actor: Actor = operator, after = 1_000): number => {
    now += after;
    return told.push({ at: now, actor, event }) - 1;
  };
  const run = (
    one: PlanStep,
    target: string,
    number: number,
    verdict: 'passed' | 'failed' | 'unknown',
    took: number,
  ) => {
    attempts += 1;
    const attempt = `a${attempts}`;
    const manual = one.kind === 'manual';
    const text = `cd /opt/tomcat && ./bin/release.sh ${one.id} --host ${target}`;
    const command = manual ? null : text;
    const path = manual ? null : `output/${attempt}.cast`;
    say({
      type: 'attempt-started',
      data: {
        attempt,
        step: one.id,
        target,
        purpose: 'step',
        number,
        effect: one.effect,
        command,
        sent: command,
        account: manual ? null : 'tomcat',
        hostKey: manual ? null : 'SHA256:abc',
        recording: path,
        reason: number > 1 ? '钩子已移除 the hook was removed' : null,
        choice: null,
        text: null,
      },
    });
    const tail = `停止中…\n${one.id} on ${target}: done\n`;
    const recording =
      path === null ? null : { path, sha256: 'c'.repeat(64), bytes: 200, lines: 2, tail, undecodable: 0 };
    const holds = verdict === 'passed';
    say(
      {
        type: 'attempt-ended',
        data: {
          attempt,
          verdict,
          effect: holds ? 'full' : 'unknown',
          exit: manual ? null : { code: holds ? 0 : 1, signal: null },
          checks: manual ? [] : [{ subject: 'stdout', expected: 'contains "done"', found: tail, holds }],
          failure: null,
          recording,
          evidence: {},
          note: manual ? '电话确认 confirmed by phone' : null,
          result: resultOf(one),
          findings: [],
          offers: [],
          durationMs: took,
        },
      },
      app,
      took,
    );
  };
  const durations = Object.fromEntries(plan.steps.map(({ id, plannedMs }) => [id, (plannedMs ?? 0) * 0.8]));
  const files = [{ path: 'checklist/release.yaml', sha256: 'a'.repeat(64), bytes: 1 }];
  const rehearsal = {
    runId: '20261118T120000Z-pre001',
    environment: 'pre',
    endedAt: '2026-11-18T14:00:00.000Z',
    contentHash: 'a'.repeat(64),
    sameContent: true,
    changed: [],
    durations,
  };
  say(
    {
      type: 'run-created',
      data: {
        runId: '20261120T120000Z-abc123',
        plan,
        files,
        source: '/home/li/release.yaml',
        contentHash: contentHashOf(files, sha256Text),
        mode: 'app',
        rehearsal,
        app: { version: '0.1.0', platform: 'linux' },
      },
    },
    app,
    0,
  );
  say(
    {
      type: 'session-opened',
      data: { session: 's1', publicKey, machine: 'desk-1', person: '李伟 Li Wei', pid: 7, resumed: false },
    },
    app,
  );
  say(
    {
      type: 'participant-asked',
      data: {
        participant: 'p1',
        name: '陈波 Bo Chen',
        contact: 'bo@bank',
        publicKey: 'B'.repeat(44),
        machine: 'bo-pc',
        address: '10.0.0.9:5000',
        sameMachine: false,
        pinned: true,
      },
    },
    app,
  );
  say({ type: 'participant-admitted', data: { participant: 'p1', role: 'checker' } });
  say({ type: 'run-started', data: {} });
  for (const [index, one] of plan.steps.entries()) {
    say({ type: 'step-entered', data: { step: one.id } }, app);
    for (const target of one.targets) {
      const took = (one.plannedMs ?? minute) * (0.4 + ((index * 7) % 5) / 5);
      const odd = index > 0 && index % 37 === 3;
      if (odd) run(one, target, 1, index % 2 === 1 ? 'failed' : 'unknown', took);
      const paper = index === Math.floor(count / 2);
      if (paper) {
        attempts += 1;
        const doneAt = new Date(now + 2 * minute).toISOString();
        say(
          {
            type: 'paper-recorded',
            data: {
              attempt: `a${attempts}`,
              step: one.id,
              target,
              number: 1,
              verdict: 'passed',
              doneAt,
              doneBy: '李伟 Li Wei',
              checkedBy: '陈波 Bo Chen',
              note: '停电 power cut',
            },
          },
          operator,
          4 * minute,
        );
      } else if (odd && index % 2 === 0) {
        say({
          type: 'target-decided',
          data: {
            step: one.id,
            target,
            decision: 'deferred',
            reason: '已摘流 out of traffic',
            owner: 'Chen',
            due: '2026-11-21',
          },
        });
      } else run(one, target, odd ? 2 : 1, 'passed', took);
    }
    if (index === Math.floor(count / 3)) {
      say({
        type: 'run-held',
        data: { reason: '等待网络组 waiting for the network team', cause: 'operator', minutes: 5 },
      });
      say(
        { type: 'participant-presence', data: { participant: 'p1', presence: 'gone', cause: 'link', silentMs: 9_000 } },
        app,
      );
      say(
        { type: 'participant-presence', data: { participant: 'p1', presence: 'here', cause: null, silentMs: 0 } },
        app,
        3 * minute,
      );
      say({ type: 'run-continued', data: {} }, operator, minute);
    }
  }
  const deferred = told.some(({ event }) => event.type === 'target-decided');
  const last = told.findLastIndex(({ event }) => event.type === 'attempt-ended');
  say({ type: 'run-ended', data: { result: deferred ? 'completed-except' : 'completed', reason: null } });
  say({ type: 'session-closed', data: { reason: 'ended' } }, app);
  say(
    {
      type: 'note-added',
      data: { note: 'n1', text: '次日观察正常 calm the day after', step: null, target: null, corrects: null },
    },
    operator,
    60 * minute,
  );
  say({
    type: 'note-added',
    data: {
      note: 'n2',
      text: '输出来自旧版本 the output was the old version’s',
      step: plan.steps[1]?.id ?? null,
      target: null,
      corrects: last,
    },
  });
  return told;
}

function resultOf({ title }: PlanStep): Extract<RunEvent, { type: 'attempt-ended' }>['data']['result'] {
  if (title.startsWith('Compare')) {
    const difference = {
      what: 'changed' as const,
      key: 'account 账户 42',
      before: 1_000,
      after: 1_000.5,
      expected: true,
    };
    const counts = { missing: 0, added: 0, changed: 0 };
    return {
      kind: 'compare',
      with: 'before',
      attempt: 'a1',
      before: 120,
      after: 120,
      unexpected: counts,
      expected: { ...counts, changed: 1 },
      differences: [difference],
    };
  }
  if (!title.startsWith('执行数据库')) return null;
  const place = { engine: 'mysql' as const, address: 'db1', port: 3306, via: 'app1', schema: 'trade' };
  const script = {
    path: 'sql/010-accounts.sql',
    sha256: 'd'.repeat(64),
    state: 'committed' as const,
    statements: 12,
    done: 12,
    committed: 12,
    affected: 1_402,
    warnings: 0,
    earlier: null,
    durationMs: 2_400,
    stopped: null,
    commits: [],
    commitsCount: 0,
  };
  return { kind: 'sql', place, server: 'MariaDB 10.11', scripts: [script], tables: [] };
}

/** The same release as records of a journal that holds: chained, with the session's signatures. */
export function reportStory(count: number): { readonly records: readonly JournalRecord[]; readonly text: string } {
  const signer = createSessionSigner();
  const records: JournalRecord[] = [];
  const lines: string[] = [];
  let link = FIRST_LINK;
  for (const { at, actor, event } of tellAll(count, signer.publicKey)) {
    const body = { seq: link.seq, at: new Date(at).toISOString(), mono: at - began, actor, ...event, prev: link.prev };
    const sign = mustBeSigned(event.type, actor) ? (hash: string) => signer.sign(Buffer.from(hash, 'ascii')) : null;
    const { record, line } = sealRecord(body, sha256Text, sign);
    records.push(record);
    lines.push(`${line}\n`);
    link = { line: link.line + 1, seq: link.seq + 1, prev: record.hash };
  }
  return { records, text: lines.join('') };
}
