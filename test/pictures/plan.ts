import type { Plan, PlanStep } from '../../shared/checklist/plan.ts';
import { DESK } from '../../shared/checklist/plan-lookup.ts';
import type { Action, CommandAction } from '../../shared/steps/actions.ts';

/** A release like the one of the field notes, in both languages, for looking at the screens. */
export function picturePlan(language: 'en' | 'zh', production: boolean): Plan {
  const say = (en: string, zh: string): string => (language === 'zh' ? zh : en);
  const steps = stepsIn(say);
  return {
    format: 1,
    name: 'Trade core ${version}',
    title: say('Trade core 3.4.0', '交易核心 3.4.0'),
    version: '3.4.0',
    releaseKind: 'requirement',
    environment: production ? 'prod' : 'pre',
    production,
    window: windowNow(),
    hosts: ['app1', 'app2', 'app3'].map((name, index) => ({
      name,
      address: `10.1.0.1${index + 1}`,
      port: null,
      user: 'tomcat',
      jump: index === 0 ? null : 'bastion',
      groups: ['app'],
      identity: index === 0 ? null : { hostname: `trade-${name}.example`, file: null },
    })),
    databases: [],
    channels: [],
    people: { checkers: production ? 1 : 0, challengeMs: null },
    rehearsal: 'warn',
    omitted: [],
    secrets: [
      {
        name: 'db-password',
        prompt: say('Password of the release account on the trade database', '交易库发布账号的密码'),
      },
    ],
    variables: { version: '3.4.0', war: 'artifacts/trade-3.4.0.war', tomcat: '/opt/tomcat', profile: 'prod' },
    phases: [
      { kind: 'cold', title: say('Before the window', '窗口之前') },
      { kind: 'hot', title: say('Release', '发布') },
      { kind: 'observe', title: say('Watch', '观察') },
      { kind: 'wrap-up', title: say('Finish', '收尾') },
    ],
    blocks: [{ title: say('Replace the build', '替换构建'), phase: 1, worstCaseMs: 720_000 }],
    steps,
    rollback: { order: ['app2', 'app1'], steps: [] },
  };
}

export function windowNow(): Plan['window'] {
  const at = (minutes: number): string => new Date(Date.now() + minutes * 60_000).toISOString();
  return { start: at(-20), warn: at(9), backOutBy: at(16), end: at(60) };
}

export const command = (words: string, stdout: CommandAction['expect']['stdout'] = []): CommandAction => ({
  kind: 'run',
  command: words,
  secrets: [],
  sudo: null,
  pty: false,
  timeoutMs: 60_000,
  expect: { exit: [0], stdout, stderr: [] },
});

export type Say = (en: string, zh: string) => string;

/** A step as `resolvePlan` would make it; by default it looks, at the desk. */
export function make(id: string, code: string, title: string, action: Action, more: Partial<PlanStep> = {}): PlanStep {
  return {
    id,
    code,
    title,
    kind: action.kind,
    effect: 'read',
    base: id,
    origin: 'written',
    batch: null,
    pointOfNoReturn: null,
    undoes: [],
    phase: Number(code[0]) - 1,
    block: null,
    targets: [DESK],
    countersign: 'none',
    plannedMs: 60_000,
    notes: null,
    action,
    perTarget: {},
    verify: null,
    rollback: null,
    ...more,
  };
}

function stepsIn(say: Say): Plan['steps'] {
  const apps = ['app1', 'app2', 'app3'];
  const stop = command('/opt/tomcat/bin/catalina.sh stop 30', [{ test: 'lacks', value: 'still running' }]);
  return [
    make(
      'artifact',
      '1.1',
      say('The war is the right one', '确认 war 包正确'),
      command('sha256sum artifacts/trade-3.4.0.war && unzip -p artifacts/trade-3.4.0.war META-INF/MANIFEST.MF', [
        { test: 'contains', value: '9f2c41' },
        { test: 'contains', value: 'Build-Profile: prod' },
      ]),
      { targets: ['app1'] },
    ),
    make(
      'tell-users',
      '1.2',
      say('Users were told three days ahead', '已提前三天通知用户'),
      {
        kind: 'manual',
        evidence: [
          {
            name: 'link',
            type: 'link',
            label: say('Link to the announcement', '公告链接'),
            options: [],
            required: true,
          },
          { name: 'count', type: 'number', label: say('Users reached', '触达用户数'), options: [], required: false },
          {
            name: 'channel',
            type: 'choice',
            label: say('Channel', '渠道'),
            options: [say('Mail', '邮件'), say('In the app', '站内信')],
            required: true,
          },
          { name: 'proof', type: 'file', label: say('Screenshot', '截图'), options: [], required: false },
        ],
      },
      {
        notes: say(
          'The duty group must have **answered**, not only been told.\n\n- check the `release` channel\n- name the contact for H5',
          '值班群必须**回复确认**，而不仅是收到通知。\n\n- 查看 `release` 频道\n- 写明 H5 的联系人',
        ),
      },
    ),
    make(
      'phone',
      '2.1',
      say('Operator’s phone is with the checker', '操作者的手机已交给检查者'),
      { kind: 'manual', evidence: [] },
      { countersign: 'after' },
    ),
    make('stop', '2.2', say('Stop tomcat', '停止 tomcat'), stop, {
      effect: 'write',
      block: 0,
      targets: apps,
      plannedMs: 120_000,
      verify: {
        action: command('pgrep -f catalina.startup.Bootstrap || echo gone', [{ test: 'contains', value: 'gone' }]),
        perTarget: {},
      },
      rollback: { action: command('/opt/tomcat/bin/catalina.sh start'), perTarget: {}, plannedMs: 60_000 },
      notes: say(
        'Be sure the old process is really dead before anything is started.',
        '务必确认旧进程已真正退出，再启动任何服务。',
      ),
    }),
    make(
      'upload',
      '2.3',
      say('Upload the war', '上传 war 包'),
      command(
        "cp '/srv/artifacts/trade-3.4.0.war' '/opt/tomcat/webapps/trade.war' && sha256sum '/opt/tomcat/webapps/trade.war'",
      ),
      {
        effect: 'write',
        block: 0,
        targets: apps,
        plannedMs: 180_000,
        rollback: {
          action: command("mv '/opt/tomcat/webapps/trade.war.old' '/opt/tomcat/webapps/trade.war'"),
          perTarget: {},
          plannedMs: 60_000,
        },
      },
    ),
    make(
      'params',
      '2.4',
      say('Parameters are production’s', '参数为生产环境参数'),
      command('cat /opt/trade/app.properties', [{ test: 'contains', value: 'sql.debug=false' }]),
      { block: 0, targets: apps },
    ),
    make('start', '2.5', say('Start tomcat', '启动 tomcat'), command('/opt/tomcat/bin/catalina.sh start'), {
      effect: 'write',
      block: 0,
      targets: apps,
      plannedMs: 180_000,
    }),
    make(
      'watch',
      '3.1',
      say('Nothing new in the logs for five minutes', '五分钟内日志无新异常'),
      { kind: 'wait', mode: { type: 'for', ms: 300_000 } },
      { plannedMs: 300_000 },
    ),
    make(
      'h5',
      '3.2',
      say('H5 answers on each host', '每台主机的 H5 均可访问'),
      {
        kind: 'wait',
        mode: {
          type: 'until',
          probe: command("curl -s 'http://localhost:8080/h5/ping'", [{ test: 'contains', value: 'ok' }]),
          everyMs: 2_000,
          withinMs: 60_000,
        },
      },
      { targets: apps },
    ),
    make(
      'done',
      '4.1',
      say(
        'Tell the duty group that everything is live and thank everybody who stayed up',
        '通知值班群发布完成，并感谢所有留守的同事',
      ),
      { kind: 'manual', evidence: [] },
      { plannedMs: null },
    ),
  ];
}
