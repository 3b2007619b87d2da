/** English sentences: demo. */
export const demo = {
  toolsMissing:
    'The demo release needs `sh` and `perl`, which Debian and macOS bring along (on Windows they come with Git): {{cause}}',

  opening: 'Opening the demo: two SSH hosts on this computer, each with a small service, and a database …',
  printing: 'Printing the report …',
  runFolder: 'Run:    {{folder}}',
  reportFile: 'Report: {{file}}',

  secondWindow: `
This second window plays the checker (its data: {{folder}}).
  1. In the first window (npm start): Open the demo release, With a checker, and begin the run.
  2. There: Let somebody follow…, and copy the invitation.
  3. Here: Follow a run…, and paste it.
  4. There: compare the fingerprint, and admit the checker.
`,
} as const;
