/** English sentences of what is left the day after: export, import, archiving and removing. */
export const moving = {
  'moving-export': 'Exporting the run…',
  'moving-import': 'Taking the run up and verifying it…',
  'moving-archive': 'Archiving…',
  'moving-remove': 'Removing…',
  'moving-stopping': 'Stopping…',
  'moving-stop': 'Stop',
  'moving-stopped': 'Stopped. Nothing was written, nothing was taken up.',
  'moving-percent': '{{percent}} %',
  'export-run': 'Export…',
  'export-failed': 'The run was not exported',
  exported: 'Written to {{path}}.',
  'export-left-out': 'Not in it, because no run of ours holds such things: {{paths}}',
  'export-not-over': 'The run is not over: the zip holds it as far as it has come.',
  'import-run': 'Import…',
  imported: 'Imported',
  'zip-entries': 'more files than any run has',
  'zip-bytes': 'larger than any run',
  'zip-ratio': 'it would grow out of all proportion when unpacked',
  'zip-encrypted': 'it is encrypted',
  'zip-method': 'it is packed in a way that we do not read',
  'zip-link': 'it is a link or another special file',
  'zip-name-long': 'its name is too long',
  'zip-name-control': 'its name holds characters that cannot be seen',
  'zip-name-absolute': 'its path is absolute',
  'zip-name-outside': 'its path leads out of the folder',
  'zip-name-backslash': 'its name holds a backslash',
  'zip-name-windows': 'no file on Windows can be called so',
  'zip-name-twice': 'it is there twice',
  'zip-name-case': 'it differs from another one only in upper and lower case',
  'zip-name-nested': 'it is a file and a folder at once',
  'zip-manifest': 'it is not what MANIFEST.sha256 says',
  'zip-archive-changed': 'it is not the archive that was written',
  'zip-no-run': 'there is no journal of a run in it',
  'retire-not-over': 'it is not over yet',
  'retire-on-screen': 'it is on the screen',
  'retire-unreadable': 'it cannot be read',
  'retire-two-histories': 'our own part and the copy of it tell different histories',
  'retire-other-part': 'our earlier part of it, "{{name}}", tells another history',
  'retire-missing': 'it is not here',
  'retire-left-out': 'its folder holds "{{name}}", which would not be in the archive',
  readme: `An exported run of Countersign.

Run {{run}}, {{title}} ({{environment}}). Last record {{seq}}, head {{head}}.

To verify it you need nothing but Node (22 or later is fine, 20 as well), in this folder:

    node verify.mjs .

It says whether anything was altered, whether anything is missing, and which keys signed what. Its algorithm is in docs/audit-format.md of Countersign, so that you can write your own. To see that the files arrived as they were sent:

    sha256sum -c MANIFEST.sha256

journal.jsonl is the journal; checklist/, output/ and evidence/ hold what it seals; receipts.jsonl holds the checker’s signatures. report.html and report.pdf are made from it for reading; the journal is the evidence.

keys/ holds the public keys of the people in this run, one file each, named by person and fingerprint. The journal proves that a key signed, not whose key it is: COMPARE THE FINGERPRINTS with those the people give you themselves.
`,
} as const;
