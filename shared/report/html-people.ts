import type { ReportContext } from './html-context.ts';
import { type Html, html } from './markup.ts';
import type { ReportModel, ReportParticipant, ReportSession, ReportStep } from './model.ts';
import { peopleHappened } from './people-words.ts';

/** Who stands behind the run with which key: the first page's two signatures, and the tables that tell it in full. */

/** What must be seen before anything else: the history was broken off, or a receipt speaks against it. */
export function alarmsPart(context: ReportContext): Html {
  const { model, say } = context;
  const breaks = model.exceptions.filter((one) => one.kind === 'takeover');
  return html`${breaks.map((one) => html`<p class="result alarm"><strong>${say('breakWord')}</strong> ${context.moment(one.at)}: ${peopleHappened(context, one)}</p>\n`)}${model.receipts.contradict && html`<p class="result alarm"><strong>${say('receiptsContradict')}</strong></p>\n`}`;
}

/** The rows of the first page that say who signed. */
export function signatureFacts(context: ReportContext): Html {
  const { model, say } = context;
  const checkers = model.participants.filter(({ role }) => role === 'checker');
  return html`${fact(say('operatorWord'), html`${operators(model).map((one) => operatorLine(context, one))}`)}${fact(
    say('checkerWord'),
    checkers.length === 0
      ? html`<p class="line">${model.production ? html`<strong>${say('noChecker')}</strong>` : say('noChecker')}</p>`
      : html`${checkers.map((one) => checkerLine(context, one))}`,
  )}`;
}

function fact(name: string, value: Html): Html {
  return html`<tr><th scope="row">${name}</th><td>${value}</td></tr>\n`;
}

/** Each person at each machine once, as they took up the pen. */
function operators(model: ReportModel): readonly ReportSession[] {
  const seen = new Map<string, ReportSession>();
  for (const one of model.sessions) {
    const key = JSON.stringify([one.identity?.publicKey ?? one.person, one.machine]);
    if (!seen.has(key)) seen.set(key, one);
  }
  return [...seen.values()];
}

function operatorLine({ model, say }: ReportContext, { person, machine, identity }: ReportSession): Html {
  const key = identity === null ? null : (model.fingerprints[identity.publicKey] ?? identity.publicKey);
  return html`<p class="line"><strong>${identity?.name ?? person}</strong> · ${machine}<br>${key === null ? html`<span class="aside">${say('noOwnKey')}</span>` : html`<span class="mono">${key}</span>`}</p>\n`;
}

function checkerLine(context: ReportContext, one: ReportParticipant): Html {
  const { model, say } = context;
  const signer = model.receipts.signers.find(({ publicKey }) => publicKey === one.publicKey);
  const receipt =
    signer === undefined || signer.lastSeq === null || signer.lastAt === null
      ? say('noReceipt')
      : say('lastReceipt', { seq: signer.lastSeq, last: model.journal.records - 1, at: context.moment(signer.lastAt) });
  return html`<p class="line"><strong>${one.name}</strong> · ${one.machine} · ${say('signaturesGiven', { count: one.signatures })} · ${receipt}<br><span class="mono">${model.fingerprints[one.publicKey] ?? one.publicKey}</span>${marks(context, one)}</p>\n`;
}

/** Two people are two only with two keys at two machines. */
function marks({ say }: ReportContext, { sameMachine, sameKey }: ReportParticipant): Html {
  return html`${sameMachine && html`<br><strong class="mark">${say('sameMachine')}</strong>`}${sameKey && html`<br><strong class="mark">${say('sameKey')}</strong>`}`;
}

/** Everybody who asked to follow. */
export function participantsPart(context: ReportContext): Html {
  const { model, say } = context;
  if (model.participants.length === 0) return html``;
  return html`<table>
<thead><tr><th scope="col">${say('follower')}<br>${say('keyWord')}</th><th scope="col" class="few">${say('role')}</th><th scope="col" class="few">${say('machine')}</th><th scope="col" class="tight">${say('from')}</th><th scope="col" class="tight">${say('until')}</th></tr></thead>
<tbody>
${model.participants.map((one) => participantRow(context, one))}</tbody></table>
`;
}

function participantRow(context: ReportContext, one: ReportParticipant): Html {
  const { model, say, time } = context;
  const { name, contact, publicKey, machine, address, role, standing, askedAt, admittedAt, until, pinned } = one;
  return html`<tr><th scope="row">${name}${contact !== '' && html` <span class="aside calm">${contact}</span>`}<br><span class="mono calm key-hash">${model.fingerprints[publicKey] ?? publicKey}</span>${marks(context, one)}</th><td>${say(`role_${role ?? 'none'}`)}<br><span class="aside">${say(pinned ? 'pinnedYes' : 'pinnedNo')}</span></td><td>${machine}<br><span class="aside word">${address}</span></td><td class="tight">${time(admittedAt ?? askedAt)}</td><td class="tight">${until === null ? '–' : time(until)}<br><span class="aside">${say(`standing_${standing}`)}</span></td></tr>\n`;
}

/** Who held the pen when; left out where it was one person at one machine. */
export function penPart({ model, say, time }: ReportContext): Html {
  if (model.pen.length < 2) return html``;
  return html`<h3>${say('penTitle')}</h3>
<table>
<thead><tr><th scope="col">${say('person')}</th><th scope="col" class="few">${say('machine')}</th><th scope="col">${say('how')}</th><th scope="col" class="tight">${say('from')}</th><th scope="col" class="tight">${say('until')}</th></tr></thead>
<tbody>
${model.pen.map(({ name, machine, how, from, until }) => html`<tr><th scope="row">${name}</th><td>${machine}</td><td>${how === 'takeover' ? html`<strong>${say('how_takeover')}</strong>` : say(`how_${how}`)}</td><td class="tight">${time(from)}</td><td class="tight">${until === null ? '–' : time(until)}</td></tr>\n`)}</tbody></table>
`;
}

/** What came in from outside and waited for a safe point. */
export function interruptionsSection({ model, say, time }: ReportContext): Html {
  if (model.interruptions.length === 0) return html``;
  return html`<section>
<h2>${say('interruptionsTitle')}</h2>
<table>
<thead><tr><th scope="col" class="tight">${say('time')}</th><th scope="col">${say('cameFrom')}</th><th scope="col">${say('told')}</th><th scope="col" class="tight">${say('urgency')}</th><th scope="col" class="tight">${say('shown')}</th><th scope="col">${say('answered')}</th></tr></thead>
<tbody>
${model.interruptions.map(
  ({ at, by, from, what, urgency, shownAt, answer }) =>
    html`<tr><td class="tight">${time(at)}<br><span class="aside">${by}</span></td><th scope="row">${from}</th><td>${what}</td><td class="tight">${say(`u_${urgency}`)}</td><td class="tight">${shownAt === null ? say('notShown') : time(shownAt)}</td><td>${answer === null ? html`<strong>${say('notAnswered')}</strong>` : html`${answer.text}<br><span class="aside">${answer.by}, ${time(answer.at)}</span>`}</td></tr>\n`,
)}</tbody></table>
</section>
`;
}

/** At a step: what was asked, signed, refused and waived, in the order it happened. */
export function signingsPart(context: ReportContext, step: ReportStep): Html {
  const { say, time } = context;
  const lines = [
    ...step.requests.map(({ at, by, targets, reason }) => ({
      at,
      line: html`${say('permissionAsked', { by, at: time(at), on: targets.map(context.target).join(', '), reason })}`,
    })),
    ...step.waivers.map(({ at, by, mode, reason }) => ({
      at,
      line: html`<strong>${say(`waived_${mode}`, { by, at: time(at), reason })}</strong>`,
    })),
    ...step.signings.map((one) => ({ at: one.at, line: signingLine(context, one) })),
  ].toSorted((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
  if (lines.length === 0) return html``;
  return html`<ul class="signings">
${lines.map(({ line }) => html`<li>${line}</li>\n`)}</ul>
`;
}

function signingLine({ say, time }: ReportContext, one: ReportStep['signings'][number]): Html {
  const { mode, name, at, statement, signature, rejected } = one;
  const words =
    rejected === null
      ? html`✓ ${say(`signed_${mode}`, { name, at: time(at) })}`
      : html`<strong>✕ ${say(`rejected_${mode}`, { name, at: time(at), reason: rejected })}</strong>`;
  return html`${words}<br><span class="aside">${say('statementWord')} <span class="mono">${statement}</span> · ${say('signatureWord')} <span class="mono">${signature.slice(0, 16)}…</span></span>`;
}
