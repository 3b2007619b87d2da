import { runCli } from './run-cli.ts';

/** The command line in plain Node: `node out/main/cli.js …`. */
process.exitCode = await runCli(process.argv.slice(2), {
  stdout: (text) => void process.stdout.write(text),
  stderr: (text) => void process.stderr.write(text),
  env: process.env,
  cwd: process.cwd(),
});
