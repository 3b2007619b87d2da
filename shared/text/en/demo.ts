/** English sentences: demo. */
export const demo = {
  toolsMissing:
    'The demo release needs `sh` and `perl`, which Debian and macOS bring along (on Windows they come with Git): {{cause}}',
} as const;
