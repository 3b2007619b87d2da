import { app } from 'electron';
import { parseLaunch } from './app/launch.ts';
import { printAndExit } from './app/print-pdf.ts';
import { startWindowApp } from './app/window-app.ts';
import { runCli } from './cli/run-cli.ts';

/** Wires only: what the process was started for decides what it becomes. */
const launch = parseLaunch(process.argv, app.isPackaged);

switch (launch.type) {
  case 'window':
    startWindowApp({ data: launch.data, bundle: import.meta.dirname });
    break;
  case 'print':
    printAndExit(launch);
    break;
  case 'command-line': {
    // Awaited at the top level on purpose: it holds `ready` back, so that no display is needed.
    const code = await runCli(launch.args, {
      stdout: (text) => void process.stdout.write(text),
      stderr: (text) => void process.stderr.write(text),
      env: process.env,
      cwd: process.cwd(),
    });
    // A pipe takes its time; leaving earlier would cut the last lines off.
    for (const stream of [process.stdout, process.stderr]) await new Promise((done) => stream.write('', done));
    app.exit(code);
    break;
  }
  case 'refused':
    process.stderr.write(`${launch.message}\n`);
    app.exit(2);
    break;
}
