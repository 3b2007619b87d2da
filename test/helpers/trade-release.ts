import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type MariaDb, startMariaDb } from './mariadb.ts';
import { type Postgres, startPostgres } from './postgres.ts';
import { makeKey, type Sshd, startSshd, tempFolder } from './sshd.ts';
import { makeTomcat, type Tomcat } from './tomcat.ts';

/**
 * A whole release on real parts: two OpenSSH servers with a real tomcat 10 each, app2 reachable only through app1,
 * MariaDB and PostgreSQL behind them, and a checklist that uses every kind of step a release needs. The new build
 * throws three usual exceptions when it starts, and a fourth where `conf/channel.properties` is missing on its host;
 * its service `quote` then does not register either.
 */
export interface TradeRelease {
  /** The home folder with `.ssh`; the checklist lies in it, with its scripts and its build. */
  readonly home: string;
  readonly checklist: string;
  readonly tomcats: readonly [Tomcat, Tomcat];
  readonly mariadb: MariaDb;
  readonly postgres: Postgres;
  /** What the service at `/trade/version` answers, or '' when nothing does. */
  version(host: 0 | 1): string;
  /** Puts the file there whose absence makes the new build throw its unknown exception. */
  mend(host: 0 | 1): void;
  /** Writes a file beside the checklist. */
  write(path: string, text: string): void;
  /** Starts tomcat as somebody beside the release would. */
  start(host: 0 | 1): Promise<void>;
  /** The checklist's text with some words replaced, written as a file of its own; its path. */
  variant(name: string, replace: Readonly<Record<string, string>>): string;
  close(): Promise<void>;
}

/** Everything started, the old build 3.3.9 answering on both hosts. */
export async function openTradeRelease(): Promise<TradeRelease> {
  const home = tempFolder('trade');
  mkdirSync(join(home, '.ssh'), { mode: 0o700 });
  const key = makeKey(join(home, '.ssh/id_ed25519'));
  const sshds: Sshd[] = [];
  const tomcats: Tomcat[] = [];
  for (const [index, name] of ['app1', 'app2'].entries()) {
    sshds.push(
      await startSshd({
        addresses: [`127.0.0.${index + 2}`],
        authorized: [key.publicLine],
        config: ['Subsystem sftp internal-sftp'],
      }),
    );
    tomcats.push(await makeTomcat(join(home, name), name));
  }
  const [mariadb, postgres] = await Promise.all([startMariaDb(), startPostgres()]);
  mariadb.sql(`USE trade; CREATE TABLE orders (id INT PRIMARY KEY, amount INT NOT NULL) ENGINE=InnoDB;
    INSERT INTO orders SELECT seq, seq * 37 % 900 FROM seq_1_to_48;`);
  writeFileSync(join(home, '.ssh/known_hosts'), sshds.map((sshd) => sshd.knownHosts).join(''));
  writeFileSync(join(home, '.ssh/config'), sshConfig(sshds));
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(home, path)), { recursive: true });
    writeFileSync(join(home, path), text);
  };
  const old = buildWar(home, 'trade-3.3.9.war', '3.3.9', 'production');
  buildWar(home, 'trade-3.4.0.war', '3.4.0', 'production');
  for (const tomcat of tomcats) {
    writeFileSync(join(tomcat.base, 'webapps/trade.war'), readFileSync(old));
    writeFileSync(join(tomcat.base, 'conf/app.properties'), properties);
    startTomcat(tomcat);
  }
  for (const [path, text] of Object.entries(scripts)) write(path, text);
  const text = checklistText(home, tomcats, mariadb, postgres);
  write('release.yaml', text);
  const version = (host: 0 | 1): string => page(tomcats[host] as Tomcat, 'version.jsp');
  for (const host of [0, 1] as const) await until(() => version(host) === '3.3.9');
  return {
    home,
    checklist: join(home, 'release.yaml'),
    tomcats: [tomcats[0] as Tomcat, tomcats[1] as Tomcat],
    mariadb,
    postgres,
    version,
    start: async (host) => {
      startTomcat(tomcats[host] as Tomcat);
      await until(() => page(tomcats[host] as Tomcat, 'services.jsp') !== '');
    },
    mend: (host) => writeFileSync(join(tomcats[host]?.base ?? '', 'conf/channel.properties'), 'channel=h5\n'),
    write,
    variant: (name, replace) => {
      let changed = text;
      for (const [from, to] of Object.entries(replace)) {
        if (!changed.includes(from)) throw new Error(`the checklist does not hold ${from}`);
        changed = changed.replace(from, to);
      }
      write(name, changed);
      return join(home, name);
    },
    close: async () => {
      for (const tomcat of tomcats) tomcat.kill();
      await Promise.all([...sshds.map((sshd) => sshd.close()), mariadb.close(), postgres.close()]);
      rmSync(home, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

const catalina = '/usr/share/tomcat10/bin/catalina.sh';

function startTomcat(tomcat: Tomcat): void {
  execFileSync('sh', ['-c', `env ${tomcat.environment} ${catalina} start`], { stdio: 'ignore' });
}

function page(tomcat: Tomcat, name: string): string {
  try {
    const url = `http://127.0.0.1:${tomcat.port}/trade/${name}`;
    return execFileSync('curl', ['-sf', '--max-time', '5', url], { encoding: 'utf8' }).trim();
  } catch {
    return '';
  }
}

async function until(holds: () => boolean): Promise<void> {
  for (const deadline = Date.now() + 60_000; !holds(); ) {
    if (Date.now() > deadline) throw new Error('tomcat did not answer in a minute');
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

function sshConfig(sshds: readonly Sshd[]): string {
  return sshds
    .map(({ address, port, user }, index) => {
      const jump = index === 1 ? '\n  ProxyJump app1' : '';
      return `Host app${index + 1}\n  HostName ${address}\n  Port ${port}\n  User ${user}${jump}\n`;
    })
    .join('');
}

/* ---------- the build ---------- */

const usual = ['IllegalStateException: quote cache is cold', 'ClassNotFoundException: org.legacy.Flex'];

/** Throws what it throws when tomcat starts, as a real stack trace with a cause, into catalina.out. */
const boot = `<%@ page import="java.io.*" %><%!
  public void jspInit() {
    String base = System.getProperty("catalina.base");
    new RuntimeException("javax.naming.NameNotFoundException: jdbc/report is not bound").printStackTrace();
    ${usual.map((words) => `new ${words.split(':')[0]}("${words.split(': ')[1]}").printStackTrace();`).join('\n    ')}
    if (VERSION.equals("3.4.0") && !new File(base, "conf/channel.properties").exists())
      new UncheckedIOException("orders have no channel", new FileNotFoundException(base + "/conf/channel.properties")).printStackTrace();
    System.err.println("OrderPage ready");
    Thread pulse = new Thread(() -> {
      for (int n = 0; ; n++) {
        System.err.println("orders taken: " + n);
        try { Thread.sleep(500); } catch (InterruptedException done) { return; }
      }
    });
    pulse.setDaemon(true);
    pulse.start();
  }
%>booted`;

const services = `<% String base = System.getProperty("catalina.base");
  out.print("order\\npay\\n");
  if (!VERSION.equals("3.4.0") || new java.io.File(base, "conf/channel.properties").exists()) out.print("quote\\n");
  if (VERSION.equals("3.4.0")) out.print("trade.new.h5\\n"); %>`;

/** H5 is a front end that a parameter turns on or off. */
const h5 = `<% String base = System.getProperty("catalina.base");
  String all = java.nio.file.Files.readString(java.nio.file.Path.of(base, "conf/app.properties"));
  if (!all.contains("h5.enabled=true")) response.setStatus(503);
  out.print(all.contains("h5.enabled=true") ? "ok" : "off"); %>`;

const webXml = `<web-app xmlns="https://jakarta.ee/xml/ns/jakartaee" version="6.0">
<servlet><servlet-name>boot</servlet-name><jsp-file>/boot.jsp</jsp-file><load-on-startup>1</load-on-startup></servlet>
<servlet-mapping><servlet-name>boot</servlet-name><url-pattern>/boot</url-pattern></servlet-mapping>
</web-app>`;

/** Zips a war of JSPs that tomcat compiles itself; its path. */
export function buildWar(home: string, name: string, version: string, profile: string): string {
  const folder = join(home, `.build-${name}`);
  const jsp = (text: string): string => `<%! static final String VERSION = "${version}"; %>${text}`;
  const files = {
    'META-INF/MANIFEST.MF': `Manifest-Version: 1.0\r\nImplementation-Version: ${version}\r\nBuild-Profile: ${profile}\r\n`,
    'WEB-INF/web.xml': webXml,
    'boot.jsp': jsp(boot),
    'services.jsp': jsp(services),
    'h5.jsp': jsp(h5),
    'version.jsp': version,
  };
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
    // Jasper keeps what it compiled as long as the time of the JSP stays the same.
    const time = version === '3.3.9' ? new Date('2026-10-01T12:00:00Z') : new Date('2026-11-01T12:00:00Z');
    utimesSync(join(folder, path), time, time);
  }
  const war = join(home, 'artifacts', name);
  mkdirSync(dirname(war), { recursive: true });
  rmSync(war, { force: true });
  execFileSync('zip', ['-q', '-X', '-r', war, '.'], { cwd: folder });
  rmSync(folder, { recursive: true });
  return war;
}

function sha256(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}

/* ---------- the release ---------- */

const properties = `db.url=jdbc:mysql://db.trade/trade\nsql.debug=false\nh5.enabled=true\n`;

const scripts: Readonly<Record<string, string>> = {
  'sql/3.4.0/01-channel.sql':
    "-- Orders written by 3.4.0 carry the channel they came through.\nALTER TABLE orders ADD COLUMN channel VARCHAR(8) NOT NULL DEFAULT '';\nUPDATE orders SET channel = 'h5' WHERE channel = '';\n",
  'sql/3.4.0/rollback.sql': 'ALTER TABLE orders DROP COLUMN channel;\n',
  'sql/reports/01-views.sql':
    'CREATE TABLE daily (day date PRIMARY KEY, orders int);\nINSERT INTO daily VALUES (current_date, 48);\n',
  'sql/reports/rollback.sql': 'DROP TABLE daily;\n',
  'known-exceptions.yaml': `# Exceptions that every start throws.
known-exceptions: 1
exceptions:
  - name: The report data source
    why: It is only bound in the reporting environment.
    match: NameNotFoundException. jdbc/report
  - name: The quote cache
    why: It warms up after the start.
    match: quote cache is cold
  - name: Flex
    why: The front end was retired, its class is still asked for.
    match: org[.]legacy[.]Flex
`,
};

function checklistText(home: string, tomcats: readonly Tomcat[], mariadb: MariaDb, postgres: Postgres): string {
  const host = (tomcat: Tomcat, index: number): string =>
    `      app${index + 1}: { address: app${index + 1}, groups: [app], vars: { base: ${tomcat.base}, port: "${tomcat.port}" } }`;
  const run = 'env CATALINA_HOME=/usr/share/tomcat10 CATALINA_BASE=${base} CATALINA_PID=${base}/tomcat.pid';
  return `checklist: 1
title: Trade core \${version}
kind: requirement
version: 3.4.0
vars:
  war: artifacts/trade-\${version}.war
environments:
  pre:
    hosts:
${tomcats.map(host).join('\n')}
    databases:
      trade: { engine: mysql, address: ${mariadb.address}, port: ${mariadb.port}, via: app1, user: ${mariadb.user}, schema: ${mariadb.schema}, password: trade-password }
      reports: { engine: postgres, address: ${postgres.address}, port: ${postgres.port}, via: app2, user: ${postgres.user}, schema: ${postgres.schema}, password: reports-password }
    secrets: { trade-password: Password of the trade database, reports-password: Password of the reports database }
    vars: { profile: production }
phases:
  - cold: Before the window
    steps:
      - id: artifact
        title: The war is the right one
        artifact:
          file: \${war}
          sha256: ${sha256(join(home, 'artifacts/trade-3.4.0.war'))}
          inside: { META-INF/MANIFEST.MF: { Implementation-Version: "\${version}", Build-Profile: "\${profile}" } }
      - id: params
        title: Parameters are what this environment needs
        on: app
        config:
          file: \${base}/conf/app.properties
          expect: { db.url: "jdbc:mysql://db.trade/trade", sql.debug: "false", h5.enabled: "true" }
          no-others: true
      - id: before
        title: Record the registered services
        on: app
        snapshot: { command: "curl -sf http://127.0.0.1:\${port}/trade/services.jsp", keys: lines }
  - hot: Release
    steps:
      - atomic: Replace the build
        worst-case: 10m
        batch: { canary: 1, between: confirm, ceiling: 0 }
        steps:
          - id: stop
            title: Stop tomcat
            on: app
            planned: 20s
            service: { stop: "${run} ${catalina} stop 20", process: "catalina[.]base=\${base}", within: 40s }
            rollback: { service: { start: "${run} ${catalina} start", process: "catalina[.]base=\${base}", log: "\${base}/logs/catalina.out", ready: Server startup in, within: 90s }, planned: 20s }
          - id: upload
            title: Upload the war
            on: app
            planned: 5s
            upload: { from: "\${war}", to: "\${base}/webapps/trade.war", keep-old: true }
            rollback: { upload: { restore: "\${base}/webapps/trade.war" }, planned: 5s }
          - id: orders
            title: Orders get their channel
            planned: 5s
            sql: { database: trade, folder: "sql/\${version}", order: [01-channel.sql], exclude: [rollback.sql], expect: { affected: 48 } }
            rollback: { sql: { database: trade, script: "sql/\${version}/rollback.sql" }, planned: 5s }
          - id: daily
            title: The daily report has its table
            planned: 5s
            sql: { database: reports, folder: sql/reports, order: [01-views.sql], exclude: [rollback.sql] }
            rollback: { sql: { database: reports, script: sql/reports/rollback.sql }, planned: 5s }
          - id: start
            title: Start tomcat
            on: app
            planned: 20s
            service: { start: "${run} ${catalina} start", process: "catalina[.]base=\${base}", log: "\${base}/logs/catalina.out", ready: Server startup in, within: 90s }
            rollback: { service: { stop: "${run} ${catalina} stop 20", process: "catalina[.]base=\${base}", within: 40s }, planned: 20s }
          - id: watch
            title: Nothing new in the log
            on: app
            log: { files: "\${base}/logs/catalina.out", for: 5s, from: "step:start", baseline: known-exceptions.yaml, expect: OrderPage ready, forbid: "==>  Preparing:" }
          - id: version
            title: The new version answers
            on: app
            http: { get: "http://127.0.0.1:\${port}/trade/version.jsp", equals: "\${version}", within: 15s }
          - id: h5
            title: H5 answers on this host
            on: app
            http: { get: "http://127.0.0.1:\${port}/trade/h5.jsp", status: 200, equals: ok }
          - id: after
            title: No service is missing
            on: app
            compare: { with: before, allow: { added: "trade.new.*" } }
  - wrap-up: Finish
    steps:
      - id: count
        title: Every order has its channel
        sql: { database: trade, query: "SELECT count(*) AS n FROM orders WHERE channel = ''", expect: { json: { "$[0].n": 0 } } }
      - id: told
        title: The duty group knows
        manual: {}
`;
}
