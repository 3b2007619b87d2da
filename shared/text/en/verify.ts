/** English sentences: the verifier. Keys of findings are their codes. */
export const verify = {
  usage: 'Usage: countersign verify RUN [--data DIR] [--json]',
  'no-receipts':
    'This version writes no receipts: the checker’s signatures come with a later one. Verify the run without --receipts.',
  'no-such-run': 'There is no run "{{run}}": give its folder, or its id together with --data.',
  'no-journal': 'The folder {{folder}} holds no journal, so there is no run to verify.',
  'verdict-intact':
    'Intact and complete: {{records}} records, every recording and every frozen file as they were sealed.',
  'verdict-altered': 'ALTERED. The first {{records}} records form an unbroken chain; see below what does not hold.',
  'verdict-altered-at': 'ALTERED. The first bad record is number {{seq}} ({{type}}), line {{line}} of the journal.',
  'verdict-incomplete': 'Intact as far as it goes, but incomplete: {{records}} records.',
  head: 'Head: {{head}}',
  'at-record': 'Line {{line}}, record {{seq}} ({{type}}): {{sentence}}',

  'not-json': 'this line is not readable any more; it was changed. {{detail}}',
  'not-a-record': 'this line is not a record of a run; it was changed or put in.',
  'not-canonical': 'the same content, but not the bytes that were written; the line was changed.',
  'wrong-hash': 'its content does not match its own hash; the record was changed after it was written.',
  'wrong-sequence': 'record {{expected}} should stand here; a record was removed, put in, repeated or moved.',
  'broken-link': 'it does not follow from the record before it; one of the two was replaced.',
  'line-too-long': 'A line of the journal is longer than any record can be.',
  'tail-altered':
    'after the last whole record stand {{bytes}} bytes that no crash leaves; the journal was changed at its end.',
  'line-torn': 'the last line is torn ({{bytes}} bytes), as a crash leaves it; it never counted as written.',

  'signature-missing': 'a signature is missing: people’s acts and seals must be signed by the session’s key.',
  'signature-unexpected': 'it carries a signature where none belongs.',
  'signature-wrong': 'its signature was not made by the session’s key.',
  'signed-without-session': 'it is signed, but no session ever gave the key.',
  'first-record-wrong': 'a journal begins with the creation of the run; this one does not.',
  'created-twice': 'the run is created a second time.',
  'attempt-repeated': 'attempt {{attempt}} was started before.',
  'attempt-never-started': 'attempt {{attempt}} ends, but is not under way.',
  'recording-elsewhere': 'the recording of attempt {{attempt}} is not the one that was announced: {{path}}.',

  'content-hash': 'the hash of the frozen files’ list is not the one written down.',
  'path-outside': 'the sealed path "{{path}}" leads out of the run’s folder.',
  'file-missing': 'the sealed file {{path}} is missing.',
  'file-size': 'the sealed file {{path}} was changed: {{sealed}} bytes were sealed, {{found}} are there.',
  'file-changed': 'the sealed file {{path}} was changed: its content no longer matches its hash.',
  'file-unreadable': 'the sealed file {{path}} cannot be read: {{cause}}',
  'sealed-twice': 'the file {{path}} was sealed before by an earlier record.',
  'file-unexpected': 'The file {{path}} was put into the run; no record tells of it.',

  'no-records': 'The journal has no whole record.',
  'attempt-open': 'Attempt {{attempt}} was started and its end is not recorded.',
  'run-not-ended': 'The run has not ended.',
  'session-not-closed':
    'The journal does not end with the closing of a session: the app was stopped, or the end was cut off.',
  'recording-unsealed': 'The recording {{path}} was begun and never sealed.',
  'torn-unrecorded': 'The cut bytes in {{path}} are not recorded yet; taking up the run records them.',
  'evidence-unrecorded': 'The file {{path}} was copied but never recorded; nothing rests on it.',
} as const;
