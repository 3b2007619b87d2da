/** English sentences: demo. */
export const demo = {
  toolsMissing:
    'The demo release needs `sh` and `perl`, which Debian and macOS bring along (on Windows they come with Git): {{cause}}',

  opening: 'Opening the demo: two SSH hosts on this computer, each with a small service, and a database …',
  printing: 'Printing the report …',
  runFolder: 'Run:    {{folder}}',
  reportFile: 'Report: {{file}}',
} as const;
