/** English sentences of what is left the day after: the chain of runs, on the command line. */
export const chain = {
  'runs-usage': 'Usage: countersign runs [--data DIR] [--json]',
  'runs-verdict-intact': 'All {{runs}} runs that the chain of runs knows are here or were put away with a reason.',
  'runs-verdict-incomplete': 'SOMETHING IS MISSING: see below. The chain of runs knows {{runs}} runs.',
  'runs-verdict-altered': 'ALTERED: see below. The chain of runs knows {{runs}} runs.',
  'runs-line': '{{run}}  {{standing}}  {{result}}  {{environment}}  {{title}}',
  'runs-retired': '    by {{by}}, {{at}}: {{reason}}',
  'runs-here': 'here',
  'runs-archived': 'archived',
  'runs-removed': 'removed',
  'runs-gone': 'VANISHED',
  'runs-stranger': 'not listed',
  'runs-open': 'open',
  'runs-head': 'Head of the chain of runs: {{head}} ({{entries}} entries)',
  'runs-chain-missing': 'The chain of runs is not there although there are runs.',
  'runs-chain-bad':
    'Line {{line}} of the chain of runs was changed, removed or put in ({{what}}); what follows it cannot be trusted.',
  'runs-chain-torn': 'The last line of the chain of runs is torn ({{bytes}} bytes), as a crash leaves it.',
  'runs-vanished':
    'The run {{run}} ({{title}}) has VANISHED: the chain knows it, nobody put it away, and it is not here.',
  'runs-unreadable': 'The journal of the run {{run}} ({{title}}) does not hold together.',
  'runs-cut': 'The journal of the run {{run}} ({{title}}) is shorter than when it was closed.',
  'runs-differs': 'The run {{run}} ({{title}}) is not the one that was closed: its history has another head.',
  'runs-grown': 'Records were appended to the run {{run}} ({{title}}) since it was closed last.',
  'runs-unlisted': 'The run {{run}} lies here and the chain does not know it yet; it is entered when the app starts.',
  'runs-retire-unfinished':
    'The run {{run}} ({{title}}) was put away, but its folder is here still; that is finished when the app starts.',
  'runs-archive-missing': 'The archive {{path}} of the run {{run}} ({{title}}) is missing.',
  'runs-archive-changed': 'The archive {{path}} of the run {{run}} ({{title}}) was changed.',
} as const;
