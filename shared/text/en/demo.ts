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
  1. In the first window (npm start): $t(ui:demo-open), $t(ui:demo-with-checker), and begin the run.
  2. There: $t(people:invite-open), and copy the invitation.
  3. Here: $t(people:join-open), and paste it.
  4. There: compare the fingerprint, and admit the checker.
`,
} as const;
