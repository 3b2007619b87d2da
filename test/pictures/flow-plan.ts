import type { Plan, PlanStep } from '../../shared/checklist/plan.ts';
import { command, make, picturePlan, type Say } from './plan.ts';

/** A release in two batches with a gate, an approval and a point of no return, for looking at the flow's screens. */
export function flowPlan(language: 'en' | 'zh', ceiling: number): Plan {
  const say: Say = (en, zh) => (language === 'zh' ? zh : en);
  const base = picturePlan(language, true);
  return {
    ...base,
    rehearsal: 'refuse',
    blocks: [],
    steps: [
      ...before(say),
      ...batch(say, { index: 1, of: 2, ceiling }, ['app1']),
      gate(say, { index: 1, of: 2, ceiling }),
      ...batch(say, { index: 2, of: 2, ceiling }, ['app2', 'app3']),
      ...after(say),
    ],
    rollback: { order: ['app2', 'app1'], steps: [] },
  };
}

function before(say: Say): readonly PlanStep[] {
  return [
    make(
      'old-war',
      '1.1',
      say('The old war is there and readable', '旧 war 包存在且可读'),
      command('test -r /srv/artifacts/trade-3.3.9.war && sha256sum /srv/artifacts/trade-3.3.9.war'),
      { origin: 'readiness', targets: ['app1', 'app2', 'app3'] },
    ),
    make('go', '1.2', say('Approval to begin', '批准开始'), {
      kind: 'approval',
      roles: [
        { role: say('system owner', '系统负责人'), needed: 1 },
        { role: say('lead', '主管'), needed: 2 },
      ],
    }),
  ];
}

type Batch = NonNullable<PlanStep['batch']>;

function batch(say: Say, given: Batch, targets: string[]): readonly PlanStep[] {
  const { index } = given;
  const tilde = index === 1 ? '' : `~${index}`;
  const first = index === 1 ? 1 : 6;
  const common = { batch: given, targets };
  const one = (name: string, at: number, title: string, words: string, more: Partial<PlanStep>): PlanStep =>
    make(`${name}${tilde}`, `2.${first + at}`, title, command(words), { ...common, base: name, ...more });
  return [
    one('stop', 0, say('Stop tomcat', '停止 tomcat'), '/opt/tomcat/bin/catalina.sh stop 30', {
      effect: 'write',
      plannedMs: 120_000,
      rollback: { action: command('/opt/tomcat/bin/catalina.sh start'), perTarget: {}, plannedMs: 180_000 },
    }),
    one('replace', 1, say('Replace the war', '替换 war 包'), "mv -f trade.war.new '/opt/tomcat/webapps/trade.war'", {
      effect: 'write',
      plannedMs: 60_000,
      rollback: {
        action: command("mv -f '/srv/artifacts/trade-3.3.9.war' '/opt/tomcat/webapps/trade.war'"),
        perTarget: {},
        plannedMs: null,
      },
    }),
    one('start', 2, say('Start tomcat', '启动 tomcat'), '/opt/tomcat/bin/catalina.sh start', {
      effect: 'write',
      plannedMs: 180_000,
      rollback: { action: command('/opt/tomcat/bin/catalina.sh stop 30'), perTarget: {}, plannedMs: 120_000 },
    }),
    one('watch', 3, say('Nothing new in the log', '日志无新异常'), 'tail -F catalina.out', { plannedMs: 300_000 }),
  ];
}

function gate(say: Say, given: Batch): PlanStep {
  return make(
    'gate-1',
    '2.5',
    say('Is the canary healthy?', '灰度主机是否健康？'),
    { kind: 'manual', evidence: [] },
    { origin: 'gate', batch: given },
  );
}

function after(say: Say): readonly PlanStep[] {
  return [
    make('drop', '3.1', say('Drop the old columns', '删除旧字段'), command('mysql trade < sql/90-drop-columns.sql'), {
      effect: 'write',
      targets: ['app1'],
      plannedMs: 90_000,
      pointOfNoReturn: say(
        'The columns of version 3.3.9 and what is in them are gone for good. The old war cannot run on the new tables.',
        '3.3.9 版本的字段及其数据将永久删除，旧 war 包无法在新表结构上运行。',
      ),
    }),
    make('announce', '4.1', say('Tell the duty group', '通知值班群'), { kind: 'manual', evidence: [] }),
  ];
}
