/** English sentences of the report: what the command line says when no report can be made. */
export const commandLine = {
  usage: 'usage: countersign report RUN --out X.pdf | X.html | X.json | X.csv | X.md [--data DIR]',
  formatUnknown: '{{out}}: a report can be written as .pdf, .html, .json, .csv or .md.',
  noFolder: 'There is no folder {{folder}}.',
  noSuchRun: 'There is no run {{run}}: name its folder, or its id in the data folder.',
  unreadable: 'No report is made of a journal that cannot be trusted. {{cause}}',
  'electron-missing':
    'A PDF is printed by Electron, and no Electron was found (COUNTERSIGN_ELECTRON can name one). {{cause}}',
  'display-missing':
    'Electron needs a display to print, and none could be started. Install Xvfb (apt-get install xvfb) or write .html. {{cause}}',
  'print-failed': 'Electron could not print the report. {{cause}}',
} as const;
