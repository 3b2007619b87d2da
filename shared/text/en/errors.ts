/** English sentences: failures (what, and what can be done). */
export const errors = {
  'name-not-found': 'The name {{address}} could not be found.',
  'name-not-found-remedy':
    "Check the spelling in the checklist or in ~/.ssh/config, and whether this computer's DNS or VPN is up.",
  'connection-refused': '{{address}} answered, but nothing listens on port {{port}}.',
  'connection-refused-remedy': 'Check the port, and whether sshd runs there and the firewall lets you in.',
  'connect-timeout': '{{address}} did not answer on port {{port}} in time.',
  'connect-timeout-remedy': 'Check that the host is up and that the network or VPN leads there, then try again.',
  'network-unreachable': 'There is no way to {{address}} from here.',
  'network-unreachable-remedy': "Check this computer's network and VPN, or whether a jump host is needed.",
  'host-key-unknown': 'The key of {{host}} is not known and was not accepted.',
  'host-key-unknown-remedy':
    'Compare the fingerprint with its owner, then connect again and accept it, or add it to known_hosts.',
  'host-key-changed':
    'The key of {{host}} is not the one that is known: it may be another machine. It showed {{keyType}} {{fingerprint}}.',
  'host-key-changed-remedy':
    "Do not go on. Ask the host's owner whether it was rebuilt; only then remove the old line from known_hosts.",
  'host-key-revoked': 'The key of {{host}} is marked as revoked.',
  'host-key-revoked-remedy': 'Do not go on. Tell whoever keeps known_hosts; the host needs a new key.',
  'host-key-certificate-authority':
    'known_hosts trusts {{host}} through a certificate authority, which this version does not check.',
  'host-key-certificate-authority-remedy': "Add the host's own key to known_hosts, beside the @cert-authority line.",
  'auth-failed': '{{host}} did not let {{user}} in. Tried: {{tried}}. It offers: {{offered}}.',
  'auth-failed-remedy': 'Check the account, the key in authorized_keys or the password, then try again.',
  'key-unreadable': 'The key file {{file}} could not be read.',
  'key-unreadable-remedy': 'Check that the file exists, belongs to you and is a private key in a known format.',
  'key-passphrase-wrong': 'The passphrase did not open {{file}}.',
  'key-passphrase-wrong-remedy': 'Try again, or load the key into ssh-agent first.',
  'agent-unreachable': 'The SSH agent could not be reached.',
  'agent-unreachable-remedy': 'Start ssh-agent and check SSH_AUTH_SOCK, or name a key file in ~/.ssh/config.',
  'jump-failed': '{{host}} could not be reached, because the jump host {{hop}} failed: $t(errors:{{reason}})',
  'jump-failed-remedy': 'Mend the way to {{hop}} first, then try again.',
  'jump-unknown': 'The jump host “{{hop}}” is not understood.',
  'jump-unknown-remedy': 'Name a host of this environment, an alias of ~/.ssh/config, or user@address:port.',
  'ssh-config-invalid': 'The SSH configuration for {{host}} could not be used.',
  'ssh-config-invalid-remedy': 'Check ~/.ssh/config at this host; the technical cause names the place.',
  'handshake-failed': '{{host}} and this computer could not agree on an SSH connection.',
  'handshake-failed-remedy': 'Check that an SSH server listens at {{address}}:{{port}} and offers current algorithms.',
  'link-lost': 'The connection to {{host}} was lost.',
  'link-lost-remedy':
    'Whatever was on its way there may have run. Connect again and find out before anything is repeated.',
  'channel-refused': '{{host}} is connected but refused to open another session.',
  'channel-refused-remedy': 'Check MaxSessions and AllowTcpForwarding in its sshd_config, or close other sessions.',
  'sudo-refused': 'sudo on {{host}} did not let us become {{account}}.',
  'sudo-refused-remedy': 'Check the password and the sudoers rule, then run the step again.',
  'sftp-unavailable': '{{host}} offers no SFTP.',
  'sftp-unavailable-remedy': 'Switch on the sftp subsystem in sshd_config of {{host}}, then run the step again.',
  'sftp-failed': '{{host}} could not do it: {{path}}',
  'sftp-failed-remedy':
    'The technical cause is all the host says. A full disk or a quota shows up like this; look there, then run the step again.',
  'remote-not-found': '{{path}} is not there on {{host}}.',
  'remote-not-found-remedy': 'Check the path in the checklist, and on the host.',
  'remote-denied': 'The account on {{host}} may not touch {{path}}.',
  'remote-denied-remedy': 'Give the account the right to it, or let the step use sudo.',
  'local-file-unreadable': '{{path}} cannot be read on this computer.',
  'local-file-unreadable-remedy': 'Check that the file lies beside the checklist as written, and that you may read it.',
  'local-file-changed': '{{path}} changed while it was being read.',
  'local-file-changed-remedy': 'Wait until whatever writes it has finished, then run the step again.',
  'archive-unreadable': '{{path}} is not an archive that can be read.',
  'archive-unreadable-remedy':
    'It may be cut short or of another kind. Build or copy it again, then run the step again.',
  'host-answer-unreadable': '{{host}} gave no answer that can be understood.',
  'host-answer-unreadable-remedy':
    'The account may be limited to file transfer, or print text at login. The recording shows what came.',
  'upload-unproved':
    'Nobody has proved {{file}}: no artifact step of this run passed for it, and the upload names no sha256.',
  'upload-unproved-remedy': 'Run the artifact step first, or write the sha256 into the upload.',
  'upload-other-file':
    '{{file}} is not the file that was proved: sha256 {{found}} instead of {{expected}}. Nothing was sent.',
  'upload-other-file-remedy':
    'Find out who replaced the file. Put the proved one back, or prove the new one with the artifact step.',
  'upload-target-folder': '{{path}} is a folder on {{host}}.',
  'upload-target-folder-remedy': 'Write the whole path, file name included.',
  'upload-target-link': '{{path}} is a symbolic link on {{host}}, to {{to}}.',
  'upload-target-link-remedy':
    'Upload to the file itself and move the link in a step of its own, so that the link is not silently replaced.',
  'upload-target-special': '{{path}} on {{host}} is neither a file nor free.',
  'upload-target-special-remedy': 'Look what it is; only ordinary files are replaced.',
  'upload-folder-missing': 'The folder {{folder}} is not there on {{host}}.',
  'upload-folder-missing-remedy': 'Check the path; a folder is never made silently.',
  'upload-folder-denied': 'The account on {{host}} may not write in {{folder}}.',
  'upload-folder-denied-remedy': 'Give it the right, or let the upload use sudo.',
  'upload-no-space': '{{folder}} on {{host}} has room for {{available}}, and {{needed}} are needed. Nothing was sent.',
  'upload-no-space-remedy': 'Free space there, then run the step again.',
  'upload-hash-differs':
    'What arrived on {{host}} is not what was sent: sha256 {{found}} instead of {{expected}}. Nothing was replaced.',
  'upload-hash-differs-remedy':
    'What arrived was thrown away. Run the step again; if it happens again, distrust the disk or the link.',
  'upload-target-changed':
    '{{path}} on {{host}} was changed by somebody while the upload was under way. Nothing was replaced.',
  'upload-target-changed-remedy': 'Find out who else works there, then run the step again.',
  'upload-owner': 'The new file could not be given owner and rights of the old one ({{owner}}). Nothing was replaced.',
  'upload-owner-remedy': 'Upload as that account, or let the upload use sudo.',
  'upload-old-not-kept': 'The old file could not be kept as {{path}}. Nothing was replaced.',
  'upload-old-not-kept-remedy': 'Check room and rights there, then run the step again.',
  'upload-not-moved': 'The new file could not be moved to {{path}}. The old one is still there.',
  'upload-not-moved-remedy': 'Check the rights there, then run the step again.',
  'upload-not-in-place':
    'After the move {{path}} on {{host}} is not the uploaded file: sha256 {{found}} instead of {{expected}}.',
  'upload-not-in-place-remedy':
    'Somebody else writes there. Find out before anything is started; the kept file is named in the result.',
  'restore-nothing': 'No upload of this run has kept an old {{path}} on {{host}}, so there is nothing to put back.',
  'restore-nothing-remedy':
    'Look at the upload step: it may have found the file in place already, or not have run here.',
  'restore-other-file':
    '{{path}} on {{host}} is not the file that was kept: sha256 {{found}} instead of {{expected}}. Nothing was put back.',
  'restore-other-file-remedy': 'Find the old file in a backup and put it back by hand, then record it as done.',
  'config-too-large': '{{path}} on {{host}} is {{bytes}} bytes; a configuration file may have {{most}}.',
  'config-too-large-remedy': 'Check the path: this is hardly the configuration.',
  'config-encoding': '{{path}} on {{host}} is not {{encoding}} text (line {{line}}).',
  'config-encoding-remedy': "Name the file's encoding in the step, for example encoding: gbk.",
  'config-syntax': '{{path}} on {{host}} is not well-formed {{format}} (line {{line}}).',
  'config-syntax-remedy':
    'The program that reads this file may stumble as well. Mend it, or name the right format in the step.',
  'http-refused': 'Nothing listens at {{address}} port {{port}}.',
  'http-refused-remedy': 'Check the address and the port, and whether the service has started.',
  'http-silent': '{{address}} port {{port}} gave no answer within {{seconds}} seconds.',
  'http-silent-remedy':
    'See whether the service is busy or a firewall swallows the request; give it more time in the checklist if it needs it.',
  'http-broken': 'The connection to {{address}} port {{port}} broke before the answer was complete.',
  'http-broken-remedy': 'Ask again. If it happens again, look into the log of the service there.',
  'http-invalid': 'What answers at {{address}} port {{port}} does not speak HTTP.',
  'http-invalid-remedy': 'Check the port: it may belong to another service, or want https.',
  'http-header': 'A header could not be sent: HTTP does not allow these characters.',
  'http-header-remedy':
    'Look at the headers of the step and at the secrets in them, a line break at the end for instance.',
  'http-redirects': 'More than {{most}} redirects, the last one to {{url}}.',
  'http-redirects-remedy': 'The address may lead in a circle. Ask the final address itself.',
  'http-ca-unreadable': 'No certificate authority could be read from {{file}}.',
  'http-ca-unreadable-remedy':
    'It must be a PEM file with certificates, beside the checklist, unchanged since the run began.',
  'tls-failed': 'No secure connection to {{address}} port {{port}} came about.',
  'tls-failed-remedy': 'The port may speak plain http, or no common version of TLS. The technical cause says more.',
  'certificate-expired': 'The certificate of {{name}} expired on {{until}}. Nothing was sent.',
  'certificate-expired-remedy': 'Have it renewed. Nobody can be sure any more who answers there.',
  'certificate-early': 'The certificate of {{name}} is valid only from {{from}} on. Nothing was sent.',
  'certificate-early-remedy': 'Compare the clocks of this computer and of the server.',
  'certificate-self-signed': 'The certificate of {{name}} is vouched for by nobody but itself. Nothing was sent.',
  'certificate-self-signed-remedy':
    'If it is your own, put it beside the checklist and name it under ca. Otherwise do not go on.',
  'certificate-untrusted':
    'The certificate of {{name}} comes from {{issuer}}, which this computer does not trust. Nothing was sent.',
  'certificate-untrusted-remedy':
    'If the authority is your own, put its certificate beside the checklist and name it under ca.',
  'certificate-name': 'The certificate shown is for {{subject}}, not for {{name}}. Nothing was sent.',
  'certificate-name-remedy': 'Another service may answer at this address. Check the address and the name.',
  'snapshot-unreadable': 'The output is not what the step declares ({{reading}}).',
  'snapshot-unreadable-remedy':
    'The findings show the place. Mend the command or the declaration; a line that does not fit is never skipped.',
  'snapshot-empty': 'There was nothing at all, and an empty snapshot proves nothing.',
  'snapshot-empty-remedy': 'Run the command by hand. If nothing is a good answer, write empty: allowed into the step.',
  'snapshot-cut': 'The output was too long to be read as a whole.',
  'snapshot-cut-remedy': 'Let the command print only the keys, so that it stays below 16 MB.',
  'snapshot-missing': 'There is no snapshot "{{with}}" of {{host}} in this run to compare with.',
  'snapshot-missing-remedy':
    'Run the snapshot step there first. If it was left out, nothing can be proved any more: decide with a reason.',
  'snapshot-altered': 'The kept snapshot "{{with}}" of {{host}} is gone or is not the one that was sealed.',
  'snapshot-altered-remedy': 'Somebody changed the folder of the run on this computer. Decide with a reason.',
  'compare-too-many':
    '{{count}} differences were not expected on {{host}}; more than {{most}} cannot be judged one by one.',
  'compare-too-many-remedy':
    'The result lists the first of them. Find what they have in common before anything else is done.',
  'announce-unconfirmed': 'Nobody has confirmed that the message was pasted into {{channel}}.',
  'announce-unconfirmed-remedy': 'Copy the text, paste it there, then confirm it.',
  'announce-too-long': 'The text takes {{bytes}} bytes; {{channel}} takes {{most}}. Nothing was sent.',
  'announce-too-long-remedy': 'Shorten it and send it again.',
  'announce-url': 'The secret {{secret}} is no web address for {{channel}}. Nothing was sent.',
  'announce-url-remedy': 'Copy the whole address of the webhook, https:// included, when the step asks for it again.',
  'announce-refused': '{{channel}} turned the message down (HTTP {{status}}, {{code}}): {{said}}',
  'announce-refused-remedy':
    'Its words say why: often a wrong signing key, a missing keyword, or an address that may not send.',
  'announce-unsure': '{{channel}} gave an answer that does not say whether the message is out (HTTP {{status}}).',
  'announce-unsure-remedy':
    'Look into the group. Only if it is not there, decide that it was not done and send it again.',
  'channel-gone': 'The environment has no channel {{channel}}.',
  'channel-gone-remedy': 'Declare it under channels and start a new run.',
  'database-refused': '{{database}} at {{address}}:{{port}} did not let {{user}} in.',
  'database-refused-remedy': 'Check account, password, schema and TLS; the technical cause is what the server said.',
  'database-silent': 'No database answered at {{address}}:{{port}} for {{database}}.',
  'database-silent-remedy':
    'Check address, port and engine in the checklist, and TLS if it is asked for; then run the step again.',
  'database-lost': 'The connection to the database was lost in {{script}}, line {{line}} (statement {{statement}}).',
  'database-lost-remedy':
    'What is known of each script stands below. Look in the database whether that statement took effect before anything is repeated.',
  'sql-error': '{{script}}, line {{line}} (statement {{statement}}): {{message}}',
  'sql-error-remedy': 'What has taken effect stands below. Mend the cause, then decide how to go on.',
  'sql-script-missing': 'The frozen copy of {{script}} is missing or was changed. Nothing was sent.',
  'sql-script-missing-remedy': 'Somebody changed the run’s folder. Verify the run, then start a new one.',
  'sql-script-unusable': '{{script}}, line {{line}}: $t(problems:sql-{{why}}) Nothing was sent.',
  'sql-script-unusable-remedy':
    '$t(problems:sql-{{why}}-remedy) A script is frozen with its run: mend it and start a new one.',
  'sql-folder-unclear': '{{folder}}: $t(problems:{{why}}) Nothing was sent.',
  'sql-folder-unclear-remedy': '$t(problems:{{why}}-remedy)',
  'sql-already-run': 'Already run in this environment: {{scripts}}. Nothing was sent.',
  'sql-already-run-remedy':
    'Leave out what was run completely, or run everything again; either is recorded with your reason.',
  'sql-too-long': '{{script}}, line {{line}}: a statement of {{bytes}} bytes is more than the server takes ({{most}}).',
  'sql-too-long-remedy': 'Raise max_allowed_packet on the server, or cut the statement into several.',
  'sql-transaction-left-open':
    '{{script}} left a transaction open at its end. It was rolled back, as its client would do.',
  'sql-transaction-left-open-remedy': 'Add the missing COMMIT to the script, and look below what has taken effect.',
  'sql-not-read-only': 'The server did not keep {{script}} read-only to the end.',
  'sql-not-read-only-remedy': 'Find out what the text did in the database; do not use it as a look.',
  'secret-missing': 'A secret that the step needs was not given.',
  'secret-missing-remedy': 'Run the step again and answer the question.',
  timeout: 'It took longer than {{seconds}} seconds and was stopped.',
  'timeout-remedy': 'See how far it came, then repeat it or give it more time in the checklist.',
  cancelled: 'It was cancelled.',
  'cancelled-remedy': 'See how far it came before it is run again.',
  'still-running': 'It was told to stop, but still runs.',
  'still-running-remedy': 'Look on the host; end it there if it must not go on.',
  interrupted: 'The app ended while this was on its way.',
  'interrupted-remedy': 'It may have run. Find out before anything is repeated.',
  'recording-unwritable': 'The output could not be recorded, so the command was stopped.',
  'recording-unwritable-remedy': "Free some space on this computer's disk, then run the step again.",
  'journal-unwritable': 'The journal on this computer could not be written.',
  'journal-unwritable-remedy':
    'Free some space or mend the disk, then simply do the last act again. Nothing runs unrecorded.',
  'log-follow-ended': 'What follows the log files on {{host}} ended by itself again and again ({{exit}}).',
  'log-follow-ended-remedy':
    'Look at the technical cause. Following needs a POSIX sh, ls and dd on the host, and nobody who ends the process.',
  'log-baseline-missing': 'The known exceptions ({{file}}) are missing, or are not what was frozen with the run.',
  'log-baseline-missing-remedy':
    'Record them in a rehearsal and keep the file beside the checklist; then begin a new run.',
  'log-baseline-invalid': 'The known exceptions ({{file}}) cannot be read: there is a mistake at {{where}}.',
  'log-baseline-invalid-remedy': 'Correct the file and begin a new run; without it every usual exception would be new.',
  'log-mark-missing': 'The step "{{step}}" has not noted on {{host}} where {{files}} ended.',
  'log-mark-missing-remedy':
    'Work that step first. If it was left out there, nothing shows where to begin: decide with a reason.',
  'identity-missing': 'There is no key of yours on this computer yet.',
  'identity-missing-remedy': 'Make one in the settings, under “You”.',
  'identity-locked': 'Your key is locked.',
  'identity-locked-remedy': 'Unlock it with its passphrase.',
  'identity-keyring': 'The system keyring does not give your key back.',
  'identity-keyring-remedy':
    'Unlock the keyring (most often by logging in to the desktop anew) and try again. The key on disk was left as it is.',
  'identity-exists': 'There is a key on this computer already, of {{name}}.',
  'identity-exists-remedy': 'Use that one. A key is never replaced.',
  'identity-passphrase-short': 'The key needs a passphrase of at least {{count}} characters.',
  'identity-passphrase-short-remedy': 'Take a longer one; a few words that do not belong together are easy to keep.',
  'identity-passphrase-wrong': 'The key does not open with this passphrase.',
  'identity-passphrase-wrong-remedy':
    'Try once more; mind the keyboard layout. Nobody can get at the key without the passphrase.',
  'identity-damaged': 'The file with your key is damaged: {{path}}',
  'identity-damaged-remedy':
    'It was left as it is. Put a copy back from a backup; or move it away, make a new key, and exchange cards anew.',
  'identity-card-invalid': 'This is not a whole card.',
  'identity-card-invalid-remedy':
    'Something is missing or was altered on the way. Ask for it again, and copy it from its first to its last letter.',
  'invitation-invalid': 'This is not a whole invitation.',
  'invitation-invalid-remedy': 'Copy all of it, from “countersign:” to the end, or ask the operator to send it again.',
  'invitation-expired': 'The invitation can no longer be used.',
  'invitation-expired-remedy': 'Ask the operator for a fresh one; each works once and for ten minutes.',
  'mirror-unreachable': "The operator's app cannot be reached at {{address}}.",
  'mirror-unreachable-remedy':
    'Check that both computers share a network or VPN and that a firewall lets the port through. Through an SSH forward, enter its address instead.',
  'mirror-wrong-certificate':
    'At {{address}} answers somebody else: certificate {{shown}} instead of {{expected}}. Nothing was sent.',
  'mirror-wrong-certificate-remedy':
    'Compare the fingerprint with the operator by telephone. If it is not theirs, somebody stands between you: do not join. If they opened the run afresh, ask for a new invitation.',
  'mirror-refused': "The operator's app turned you away: $t(people:refused-{{code}})",
  'mirror-refused-remedy': 'Ask the operator for a fresh invitation, and tell them this reason.',
  'mirror-lost': 'The connection to the operator at {{address}} was lost.',
  'mirror-lost-remedy':
    'It is tried again by itself, and goes on where it stopped. If it stays away, ring the operator; your copy is kept.',
  'mirror-not-countersign': 'What answers at {{address}} does not speak as Countersign does.',
  'mirror-not-countersign-remedy':
    'Check address and port, and that both apps are of the same version. The technical cause says what came.',
  'mirror-file-differs': '{{path}} is not what the history says: the operator sent other bytes, twice.',
  'mirror-file-differs-remedy':
    'Nothing that rests on it can be signed here. Ask the operator whether that file was touched; what came was thrown away.',
  'mirror-copy-unwritable': 'Your copy of the run cannot be written: {{path}}',
  'mirror-copy-unwritable-remedy':
    'Free space there, or mend the rights. It is tried again by itself, and nothing counts as held that is not on disk.',
  'mirror-copy-in-use': 'Another window on this computer writes this run: {{path}}',
  'mirror-copy-in-use-remedy': 'Follow the run there, or close that window first.',
  'history-altered': 'The history does not hold together at line {{line}} ({{what}}): it was changed afterwards.',
  'history-altered-remedy':
    'Sign nothing more. Keep both copies as they are and ring the operator; what you held and signed for up to there still stands.',
  'handed-over': 'This run was handed over to {{name}}; it goes on there.',
  'handed-over-remedy': 'Follow it with an invitation from {{name}}. It can be read here as it stood.',
  'run-being-written': 'This run is being written just now, here or by another process: {{path}}',
  'run-being-written-remedy': 'Let it end or leave it first; then try again.',
  'run-altered':
    'The journal of this run does not hold together at line {{line}} ({{what}}): it was changed afterwards. Nothing was added to it.',
  'run-altered-remedy':
    'Leave the folder as it is and have it verified; it is evidence of the change. Write down elsewhere what was to be said.',
  'run-is-copy': 'This is the copy of a run that somebody else worked. It can be read, not added to.',
  'run-is-copy-remedy': 'Ask whoever worked it to add it on their computer.',
  'run-is-imported': 'This run was imported from a zip. It can be read, not added to.',
  'run-is-imported-remedy': 'Add it on the computer where the run was worked.',
  'run-read-only': 'The run lies where nothing may be written. Nothing was added to it.',
  'run-read-only-remedy': 'Put the data folder where you may write, then try again. What you typed is kept until then.',
  'run-gone': 'The run {{run}} is not on this computer any more.',
  'run-gone-remedy': 'See in the history whether it was put away, or import it from a zip of it.',
  'recording-gone':
    'The recording {{attempt}} was here a moment ago and is not any more. The terminal keeps what it showed.',
  'recording-gone-remedy':
    'See whether somebody moved or removed the run’s folder; the history says whether it was put away.',
  'recording-missing': 'The recording {{attempt}} is not in the run’s folder on this computer.',
  'recording-missing-remedy':
    'See whether somebody moved or removed the folder; the history says whether the run was put away. Where the run is still going on, try again in a moment.',
  'run-under-way': 'A run is under way here. While it is, no other run is shown over it.',
  'run-under-way-remedy': 'Let it end or leave it first; then try again.',
  'journal-altered': 'The journal of the run {{run}} was altered. Line {{line}}: $t(verify:{{what}})',
  'journal-altered-remedy':
    'Leave the folder as it is: it is evidence of the change. A copy of it elsewhere, with the checker or in a zip, may be whole.',
  'run-not-over': 'This run is not over yet. What is added afterwards needs its end.',
  'run-not-over-remedy': 'Open it and say it there, or end it first.',
  'append-refused': 'This cannot be added to the run.',
  'append-refused-remedy': 'Open the run again to see how it stands now; the technical cause says what does not fit.',
  'disk-full': 'There is no room left on the disk for {{path}}. Nothing was left behind.',
  'disk-full-remedy': 'Make room, or choose another place, and try again.',
  'zip-unreadable': '{{path}} is not a zip of a run that can be read.',
  'zip-unreadable-remedy': 'Export the run once more at its origin; the file may have been damaged on its way.',
  'zip-refused': 'The zip was refused at "{{name}}": $t(evidence:{{what}}).',
  'zip-refused-remedy': 'No export of ours looks like that. Nothing of it was kept; ask where the file comes from.',
  'run-already-here':
    'The run {{run}} is here already, with another history. Here it ends in {{here}}, in the zip in {{zip}}.',
  'run-already-here-remedy': 'Compare the two with those who were there; neither was changed.',
  'retire-refused': 'The run {{run}} cannot be put away: $t(evidence:{{what}}).',
  'retire-refused-remedy': 'Only whole runs that are over are put away. Nothing of it was removed.',
  'runs-chain-unwritable': 'The chain of runs could not be written, so nothing was removed: {{path}}',
  'runs-chain-unwritable-remedy': 'Make room or check the rights of the data folder, and try again.',
  'archive-unproved': 'The archive {{path}} does not read back as it was written. The run was kept.',
  'archive-unproved-remedy': 'Check the disk, and try again.',
  'feed-answer': '{{address}} answered with status {{status}} instead of taking the records.',
  'feed-answer-remedy': 'Nothing is lost: they are sent again by themselves. Look into the log of the service there.',
  'feed-refused': '{{address}} refuses the records (status {{status}}).',
  'feed-refused-remedy':
    'Nothing is lost, and it is tried again; but it will hardly go away by itself. 401 and 403: enter the header that it wants. 404: check the address. 413: it must take 256 KB at once.',
  'feed-secret-missing': 'The value of the header is not known for this address.',
  'feed-secret-missing-remedy': 'Enter it in the settings: what was entered for one server is not told to another.',
  'feed-secret-keyring': "The value of the header could not be kept in, or taken from, this computer's keyring.",
  'feed-secret-keyring-remedy':
    'Unlock the keyring, then apply the settings again. Where there is none, leave the header out and put something in between that adds it.',
  'feed-secret-unwritable': 'What lies sealed in {{path}} cannot be changed.',
  'feed-secret-unwritable-remedy': 'Make room on the disk or give the right to write, and apply the settings again.',
  'feed-redirect': '{{address}} sends us elsewhere (status {{status}}). Records are not sent after a redirect.',
  'feed-redirect-remedy': 'Enter the final address in the settings, if you trust it.',
  'feed-unconfirmed':
    '{{address}} port {{port}} did not close the connection within {{seconds}} seconds after the records, so nobody knows whether it took them.',
  'feed-unconfirmed-remedy':
    'They are sent again. Check that a syslog receiver for TCP listens there, and with or without TLS as the settings say.',
  'feed-run-changed':
    'The journal of run {{run}} does not go on from what was sent of it last (record {{seq}}). Nothing more of this run is sent.',
  'feed-run-changed-remedy': 'Verify the run. What the place has of it already may be the better copy: keep it.',
  'feed-cursor-unwritable': 'How far the records were sent cannot be kept in {{path}}.',
  'feed-cursor-unwritable-remedy':
    'Make room on the disk or give the right to write. Until then nothing more is sent; the last records may be sent twice.',
  'feed-cursor-damaged': 'How far the records had been sent could not be read and was put aside as {{path}}.',
  'feed-cursor-damaged-remedy':
    'What is recorded from now on is sent. Records from before that had not been sent are not: export those runs.',
  'local-error': 'Something went wrong on this computer.',
  'local-error-remedy': 'Try once more. If it happens again, the technical cause says what to look at.',
  'rehearsal-missing': '{{title}} was not rehearsed with exactly this content.',
  'rehearsal-missing-remedy':
    'Rehearse it in another environment first; the environment asks for it (rehearsal: refuse).',
  'analysis-missing': 'The last production run of this checklist ({{run}}) was rolled back and nobody has said why.',
  'analysis-missing-remedy': 'Open that run and file its problem analysis.',
  'no-process-list': 'The processes of {{host}} could not be listed.',
  'no-process-list-remedy': 'It must be a Linux host with /proc and a POSIX shell; look at the technical cause.',
  'processes-hidden':
    'On {{host}} this account sees only its own processes, so whether the process is there cannot be said.',
  'processes-hidden-remedy': 'Give the step `sudo`, or name the service by systemd or supervisor.',
  'pid-file-unreadable': 'The pid file {{file}} on {{host}} cannot be read.',
  'pid-file-unreadable-remedy': 'Check its rights, or give the step `sudo`.',
  'pid-file-empty': 'The pid file {{file}} on {{host}} holds no pid.',
  'pid-file-empty-remedy':
    'Look which process it should name; write its pid into it, or remove the file when the process is gone.',
  'no-socket-list': 'Which ports {{host}} listens on could not be read.',
  'no-socket-list-remedy': 'It must be a Linux host with /proc/net; name the process by pattern or pid file instead.',
  'manager-silent': '{{manager}} on {{host}} says nothing usable about {{name}}.',
  'manager-silent-remedy':
    'Check the name, whether {{manager}} runs there, and whether the account may ask it; its own words are the technical cause.',
  'service-not-there':
    'Nothing on {{host}} matched before the stop, so nothing was sent: either it does not run, or the wrong thing was looked for.',
  'service-not-there-remedy':
    'Look on the host. If it really does not run, let the step through with that reason; a checklist can say `may-be-gone: true`.',
  'service-several': '{{count}} processes on {{host}} match, and only one can be meant: {{pids}}. Nothing was sent.',
  'service-several-remedy':
    'Choose the one that is meant below, or make the pattern narrower or name a pid file in the checklist.',
  'service-still-there': 'After {{seconds}} s it is still there on {{host}}: {{pids}}.',
  'service-still-there-remedy':
    'Look at the output and the log for what it waits for. Ending it with a signal is a decision of yours, below.',
  'service-port-open': 'It is gone, but {{host}} still listens on port {{port}}: {{pids}}.',
  'service-port-open-remedy': 'Another process holds the port. Find out whose it is before anything is started there.',
  'service-came-back': 'It was gone and came back by itself on {{host}}: {{pids}}. It was started by {{parent}}.',
  'service-came-back-remedy':
    'Something restarts it. Stop it there ({{parent}}), or name it in the step with `systemd` or `supervisor`.',
  'service-already-running': 'On {{host}} the old process still lives: {{pids}}. Nothing was sent.',
  'service-already-running-remedy': 'A second one beside it would corrupt work. Stop the old one first.',
  'service-port-taken': 'Port {{port}} on {{host}} is taken by {{pids}}. Nothing was sent.',
  'service-port-taken-remedy': 'Find out whose process it is; what is started could not listen there.',
  'service-log-unreadable':
    'The log {{file}} on {{host}} cannot be read, so readiness could not be seen. Nothing was sent.',
  'service-log-unreadable-remedy': 'Check the path and its rights, or give the step `sudo`.',
  'service-start-failed': 'The start command on {{host}} ended with {{exit}}, and no process of it is there.',
  'service-start-failed-remedy': 'Its output and the last lines of the log say why.',
  'service-died': 'The process {{pids}} came up on {{host}} and was gone again {{seconds}} s after the start.',
  'service-died-remedy': 'The last lines of the log say why it died.',
  'service-restarting': 'It does not stay up on {{host}}: {{count}} processes came and went ({{pids}}).',
  'service-restarting-remedy': 'Something restarts it after each crash. Stop it there, and read the log.',
  'service-failure-line': 'The log on {{host}} says that the start failed: {{line}}',
  'service-failure-line-remedy': 'Read the lines around it. What came up may still be running.',
  'service-not-ready': 'After {{seconds}} s it is not ready on {{host}}: {{missing}}.',
  'service-not-ready-remedy': 'Read the log. What came up is still running; ending it is a decision of yours, below.',
  'service-not-replaced':
    'After {{seconds}} s the old process is still there on {{host}}: {{pids}}. It was not restarted.',
  'service-not-replaced-remedy': 'Read the output of the restart command and the log.',
  'service-holds-channel':
    'It is ready on {{host}}, but what was started still writes into our connection, and may die with it.',
  'service-holds-channel-remedy':
    'Redirect its output in the start command (`>/dev/null 2>&1 </dev/null`), or start it with nohup or setsid.',
  'service-signal-refused': '{{host}} did not let us signal {{pids}}.',
  'service-signal-refused-remedy': 'The process belongs to another account. Give the step `sudo`, or ask whose it is.',
  'service-cleared': 'What was left on {{host}} is gone. The service is not started.',
  'service-cleared-remedy': 'The way is clear: run the step again.',
  'service-not-the-same': 'On {{host}} it is another process than step {{step}} saw: {{pids}}.',
  'service-not-the-same-remedy': 'It was restarted in between. Find out by whom, and why.',
  'service-never-seen': 'Step {{step}} has not seen a process on {{host}}, so nothing can be compared.',
  'service-never-seen-remedy': 'Run that step first, or look whether it was let through.',
} as const;
