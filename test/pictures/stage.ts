import type { Answers } from '../../shared/contract/ipc.ts';
import type { FakeScript } from '../helpers/fake-countersign-api.ts';

/** One thing to look at. */
export interface Scene {
  readonly script: (language: 'en' | 'zh', theme: 'light' | 'dark') => FakeScript;
  /** What to press on the way, by accessible selector; `type …` types into the field that has the keyboard. */
  readonly press: readonly string[];
}

/** What the hosts write. */
export const output = [
  'Using CATALINA_BASE:   /opt/tomcat',
  'Using JRE_HOME:        /usr/lib/jvm/java-17',
  '20-Nov-2026 22:04:11.318 INFO [main] org.apache.coyote.AbstractProtocol.pause Pausing ProtocolHandler ["http-nio-8080"]',
  '20-Nov-2026 22:04:11.402 \u001b[33mWARN\u001b[0m [main] o.a.c.loader.WebappClassLoaderBase The web application [trade] appears to have started a thread named [order-sync]',
  '20-Nov-2026 22:04:12.118 \u001b[31mSEVERE\u001b[0m [main] java.lang.IllegalStateException: usual one, known since 2.9',
  '20-Nov-2026 22:04:14.001 INFO [main] 停止服务 [Catalina]',
  'Tomcat stopped.',
];

const runs: Answers['home:list']['runs'] = [
  {
    runId: 'r3',
    title: 'Trade core 3.4.0',
    environment: 'prod',
    production: true,
    version: '3.4.0',
    startedAt: '2026-11-20T22:00:14Z',
    endedAt: null,
    status: 'running',
    result: null,
    stepsDone: 4,
    steps: 10,
    demo: false,
    mirrored: false,
    imported: false,
  },
  {
    runId: 'r2',
    title: '交易核心 3.3.9',
    environment: 'pre',
    production: false,
    version: '3.3.9',
    startedAt: '2026-11-18T20:10:00Z',
    endedAt: '2026-11-18T20:40:00Z',
    status: 'ended',
    result: 'completed-except',
    stepsDone: 10,
    steps: 10,
    demo: false,
    mirrored: false,
    imported: false,
  },
  {
    runId: 'r1',
    title: 'Demo release',
    environment: 'demo',
    production: false,
    version: null,
    startedAt: '2026-11-17T09:10:00Z',
    endedAt: '2026-11-17T09:13:00Z',
    status: 'ended',
    result: 'completed',
    stepsDone: 10,
    steps: 10,
    demo: true,
    mirrored: false,
    imported: false,
  },
  {
    runId: 'r0',
    title: 'Registry 2.1',
    environment: 'prod',
    production: true,
    version: null,
    startedAt: '2026-11-11T22:10:00Z',
    endedAt: '2026-11-11T22:13:00Z',
    status: 'ended',
    result: 'abandoned',
    stepsDone: 3,
    steps: 41,
    demo: false,
    mirrored: false,
    imported: false,
  },
];

/** The first screen with something on it. */
export const home: Answers['home:list'] = {
  checklists: [
    {
      path: '/home/wang/releases/trade-core/release.yaml',
      title: 'Trade core 3.4.0',
      version: '3.4.0',
      steps: 10,
      problems: [],
      environments: [
        { name: 'dev', production: false, hosts: 1 },
        { name: 'pre', production: false, hosts: 1 },
        { name: 'prod', production: true, hosts: 3 },
      ],
    },
    {
      path: '/home/wang/releases/a-registry-upgrade-with-a-rather-long-folder-name/and-another-folder/registry-upgrade.yaml',
      title: 'Registry upgrade of the whole east region, including the static providers',
      version: null,
      steps: 41,
      environments: [{ name: 'prod', production: true, hosts: 120 }],
      problems: [
        {
          file: '/home/wang/releases/registry-upgrade.yaml',
          line: 14,
          column: 7,
          severity: 'error',
          code: 'key-misspelt',
          params: { key: 'tittle', nearest: 'title', known: 'title, version, kind' },
        },
        {
          file: '/home/wang/releases/registry-upgrade.yaml',
          line: 120,
          column: 18,
          severity: 'error',
          code: 'variable-misspelt',
          params: {
            written: '${verison}',
            environment: 'prod',
            nearest: '${version}',
            known: '${version}, ${war}',
            escaped: '$${verison}',
          },
        },
        {
          file: '/home/wang/releases/registry-upgrade.yaml',
          line: 131,
          column: 3,
          severity: 'warning',
          code: 'lint-write-without-rollback',
          params: {},
        },
      ],
    },
  ],
  runs,
};

/** Opens the run on the first screen. */
export const openRun = 'tr:nth-child(1) .act button';
