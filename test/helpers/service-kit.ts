import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseChecklist } from '../../shared/checklist/parse.ts';
import type { Plan } from '../../shared/checklist/plan.ts';
import { resolvePlan } from '../../shared/checklist/resolve.ts';
import type { AttemptState } from '../../shared/run/state.ts';
import type { ResultOf } from '../../shared/steps/results.ts';
import { Engine, type EngineOptions } from './engine-kit.ts';
import { processId } from './process-id.ts';
import {
  type Home,
  type KeyPair,
  makeHome,
  makeKey,
  type Sshd,
  type SshdOptions,
  startSshd,
  tempFolder,
} from './sshd.ts';

/** Runs of service and process steps on a real sshd, with a small real server to be stopped and started. */
export class ServiceKit {
  readonly folder: string;
  readonly sshd: Sshd;
  readonly #key: KeyPair;
  #home: Home | null = null;
  #engine: Engine | null = null;
  #number = 0;
  /** The folder of this test; its name stands in the command lines of its servers. */
  work = '';
  /** The account that logs in. */
  user: string;

  private constructor(folder: string, sshd: Sshd, key: KeyPair) {
    this.folder = folder;
    this.sshd = sshd;
    this.#key = key;
    this.user = sshd.user;
  }

  static async open(options: SshdOptions = {}): Promise<ServiceKit> {
    const folder = tempFolder('service');
    const key = makeKey(join(folder, 'id_ed25519'));
    return new ServiceKit(folder, await startSshd({ ...options, authorized: [key.publicLine] }), key);
  }

  /** A fresh folder with `server.pl`, `start.sh` and `stop.sh`. */
  begin(): void {
    this.work = join(this.folder, `case${this.#number++}`);
    mkdirSync(this.work);
    this.file('server.pl', server);
    this.file('start.sh', this.startScript());
    this.file('stop.sh', `kill "$(cat ${this.work}/pid)"`);
  }

  /** Lets go of the run and, unless told otherwise, ends every server of this test. */
  async end(servers = true): Promise<void> {
    await this.#engine?.run.close('left');
    this.#engine = null;
    for (const pid of servers ? this.pids('server.pl') : []) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It was stopped properly, which is what the tests are about.
      }
    }
    this.#home?.close();
    this.#home = null;
  }

  async close(): Promise<void> {
    await this.sshd.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  file(name: string, text: string): string {
    const path = join(this.work, name);
    writeFileSync(path, text);
    return path;
  }

  /** A start script as they are usually written: it leaves the server behind and comes back. */
  startScript(options = ''): string {
    const { work } = this;
    return `nohup perl ${work}/server.pl ${work} ${options} >>${work}/out 2>&1 </dev/null &\necho $! >${work}/pid\n`;
  }

  /** The pids whose command line names this test's folder and these words. */
  pids(words: string): readonly number[] {
    const listed = spawnSync('ps', ['-A', '-ww', '-o', 'pid=,stat=,args='], { encoding: 'utf8' }).stdout.split('\n');
    return listed
      .filter((line) => line.includes(this.work) && line.includes(words) && !/^\s*\d+\s+Z/.test(line))
      .map((line) => Number.parseInt(line, 10));
  }

  /** Starts the server outside of any run and waits until it is up. */
  async serve(options = ''): Promise<number> {
    rmSync(join(this.work, 'up'), { force: true });
    spawnSync('sh', ['-c', this.startScript(options)]);
    while (!existsSync(join(this.work, 'up'))) await new Promise((resolve) => setTimeout(resolve, 10));
    return processId(readFileSync(join(this.work, 'up'), 'utf8'));
  }

  read(name: string): string {
    return readFileSync(join(this.work, name), 'utf8');
  }

  /** A whole checklist around steps. `W/` in the steps is this test's folder. */
  checklist(steps: string, port = this.sshd.port): string {
    const { address } = this.sshd;
    return `checklist: 1
title: Services
environments:
  test:
    hosts: { app1: { address: ${address}, port: ${port}, user: ${this.user} } }
phases:
  - hot: Release
    steps:
${steps
  .replaceAll('W/', `${this.work}/`)
  .trim()
  .split('\n')
  .map((line) => `      ${line}`)
  .join('\n')}
`;
  }

  /** A plan as the checklist language gives it. */
  plan(steps: string, port = this.sshd.port): Plan {
    const text = this.checklist(steps, port);
    const { checklist, problems } = parseChecklist(text, 'release.yaml');
    const errors = problems.filter(({ severity }) => severity === 'error');
    if (checklist === null || errors.length > 0) throw new Error(`${JSON.stringify(problems)}\n${text}`);
    return resolvePlan(checklist, 'test');
  }

  /** A home that knows the host, reached on this port. */
  home(port = this.sshd.port): Home {
    this.#home?.close();
    this.#home = makeHome({
      knownHosts: this.sshd.knownHosts.replaceAll(`:${this.sshd.port} `, `:${port} `),
      keys: { id_ed25519: this.#key },
    });
    return this.#home;
  }

  async run(steps: string, given: Partial<EngineOptions> = {}, port = this.sshd.port): Promise<Engine> {
    const data = join(this.work, 'data');
    const home = this.home(port).path;
    this.#engine = await Engine.create({ plan: this.plan(steps, port), data, home, ...given });
    return this.#engine;
  }

  /** Takes up a run that another process had begun. */
  async reopen(runId: string, steps: string): Promise<Engine> {
    const data = join(this.work, 'data');
    this.#engine = await Engine.reopen(runId, { plan: this.plan(steps), data, home: this.home().path });
    return this.#engine;
  }

  get engine(): Engine {
    if (this.#engine === null) throw new Error('no run');
    return this.#engine;
  }

  /** Runs a step, or one of the moves that it offered, to its end. */
  async step(id: string, choice?: string): Promise<AttemptState> {
    const again = this.engine.target(id).attempts.length > 0;
    await this.engine.submit({
      type: 'run-step',
      step: id,
      targets: ['app1'],
      reason: again ? 'once more' : null,
      ...(choice === undefined ? {} : { choice }),
    });
    await this.engine.run.controller.idle();
    return this.engine.lastAttempt(id);
  }

  /** What the last attempt of a service step saw. */
  result(id: string): ResultOf<'service'> {
    const result = this.engine.target(id).attempts.findLast(({ purpose }) => purpose === 'step')?.result;
    if (result?.kind !== 'service') throw new Error(`no result of ${id}`);
    return result;
  }

  /** Resolves when a file appears in this test's folder. */
  async appears(name: string): Promise<void> {
    while (!existsSync(join(this.work, name))) await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/**
 * A server in perl: writes its pid to `up`, a log to `log` and listens on a port if told so.
 * Options: deaf (ignores TERM), slow (takes a while to go), held (goes once there is a file `let-go`), late (ready after
 * a while), told (ready once there is a file `be-ready`), dies, fails, port N.
 */
const server = `use strict; use warnings; use IO::Socket::INET;
my ($work, %on) = (shift @ARGV); my $port = 0;
while (defined(my $word = shift @ARGV)) { if ($word eq 'port') { $port = shift @ARGV } else { $on{$word} = 1 } }
sub until_there { my $file = shift; select(undef, undef, undef, 0.05) until -e $file }
sub leave { $on{held} ? until_there("$work/let-go") : select(undef, undef, undef, $on{slow} ? 2.5 : 0.1); unlink "$work/up"; exit 0 }
$SIG{TERM} = $on{deaf} ? 'IGNORE' : \\&leave;
open(my $log, '>>', "$work/log") or die; select((select($log), $| = 1)[0]);
print $log "starting $$\\n";
open(my $up, '>', "$work/up.new") or die; print $up $$; close $up; rename "$work/up.new", "$work/up";
if ($on{dies}) { select(undef, undef, undef, 1.2); print $log "Exception: no database\\n"; exit 3 }
if ($on{fails}) { select(undef, undef, undef, 0.5); print $log "SEVERE Context [/trade] startup failed\\n" }
elsif ($on{late}) { select(undef, undef, undef, 1.2) }
elsif ($on{told}) { until_there("$work/be-ready") }
my $socket = $port ? IO::Socket::INET->new(LocalAddr => '127.0.0.1', LocalPort => $port, Listen => 5, ReuseAddr => 1) : undef;
die "no socket: $!" if $port && !$socket;
print $log "Server startup in [123] milliseconds\\n" unless $on{fails};
while (1) {
  if (!$socket) { sleep 600; next }
  my $client = $socket->accept or next;
  my $line = <$client>; while (defined(my $more = <$client>)) { last if $more =~ /^\\r?\\n/ }
  my $body = -e "$work/ill" ? 'DOWN' : 'UP'; my $status = -e "$work/ill" ? '503 Ill' : '200 OK';
  print $client "HTTP/1.1 $status\\r\\nContent-Length: " . length($body) . "\\r\\nConnection: close\\r\\n\\r\\n$body"; close $client;
}
`;
