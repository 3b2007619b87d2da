import { byteCount } from './format.ts';
import { keyOf, type ReportContext } from './html-context.ts';
import { glassSignaturesPart } from './html-lockdown.ts';
import { participantsPart, penPart } from './html-people.ts';
import { type Html, html } from './markup.ts';
import type { ReportHost } from './model.ts';

/** Hosts and the keys they showed. */
export function hostsSection(context: ReportContext): Html {
  const { model, say } = context;
  if (model.hosts.length === 0) return html``;
  return html`<section>
<h2>${say('hostsTitle')}</h2>
<table>
<thead><tr><th scope="col">${say('host')}</th><th scope="col" class="place">${say('address')}</th><th scope="col" class="tight">${say('connected')}</th><th scope="col">${say('hostKey')}</th></tr></thead>
<tbody>
${model.hosts.map((host) => hostRows(context, host))}</tbody></table>
</section>
`;
}

/** One row for each different way a host was reached; a reconnection that showed the same is only counted. */
function hostRows(context: ReportContext, host: ReportHost): Html {
  const { say } = context;
  if (host.connections.length === 0) {
    const port = host.port === null ? '' : `:${host.port}`;
    return html`<tr><th scope="row">${host.name}</th><td>${host.address}${port}</td><td class="tight">${say('neverConnected')}</td><td>–</td></tr>\n`;
  }
  const groups = new Map<string, typeof host.connections>();
  for (const one of host.connections) {
    const key = JSON.stringify([one.address, one.port, one.user, one.fingerprint, one.method, one.via]);
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return html`${[...groups.values()].map((group) => {
    const first = group[0];
    if (first === undefined) return null;
    const { user, address, port, via, method, keyType, fingerprint, at } = first;
    const more = group.length - 1;
    return html`<tr><th scope="row">${host.name}</th><td>${user}@${address}:${port}${via.length > 0 && html`<br>${say('via', { hosts: via.join(' → ') })}`}<br><span class="aside">${method}</span></td><td class="tight">${context.time(at)}${more > 0 && html`<br><span class="aside">${say('sameAgain', { count: more })}</span>`}</td><td>${keyType}<br><span class="mono">${fingerprint}</span></td></tr>\n`;
  })}`;
}

/** Who acted, and which processes held the pen with which key. */
export function peopleSection(context: ReportContext): Html {
  const { model, say } = context;
  return html`<section>
<h2>${say('peopleTitle')}</h2>
${participantsPart(context)}${penPart(context)}${glassSignaturesPart(context)}<table>
<thead><tr><th scope="col">${say('person')}</th><th scope="col" class="number">${say('acts')}</th><th scope="col" class="tight">${say('first')}</th><th scope="col" class="tight">${say('last')}</th></tr></thead>
<tbody>
${model.people.map(({ name, acts, firstAt, lastAt }) => html`<tr><th scope="row">${name}</th><td class="number">${acts}</td><td class="tight">${context.time(firstAt)}</td><td class="tight">${context.time(lastAt)}</td></tr>\n`)}</tbody></table>
<table>
<thead><tr><th scope="col">${say('session')}<br>${say('publicKey')}</th><th scope="col">${say('person')}</th><th scope="col" class="few">${say('machine')}</th><th scope="col" class="tight">${say('started')}</th><th scope="col" class="tight">${say('until')}</th></tr></thead>
<tbody>
${model.sessions.map(
  (one) =>
    html`<tr><th scope="row" class="mono calm">${one.session}<br>${one.publicKey}</th><td>${one.identity?.name ?? one.person}${one.identity !== null && html`<br><span class="mono">${model.fingerprints[one.identity.publicKey] ?? one.identity.publicKey}</span>`}</td><td>${one.machine} (${one.pid})</td><td class="tight">${context.time(one.openedAt)}${one.resumed && html`<br><span class="aside">${say('resumedWord')}</span>`}</td><td class="tight">${context.time(one.lastAt)}<br><span class="aside">${say(`closed_${keyOf(one.closed ?? 'never')}`)}</span></td></tr>\n`,
)}</tbody></table>
</section>
`;
}

/** What was frozen at the start. */
export function checklistSection(context: ReportContext): Html {
  const { model, say } = context;
  const variables = Object.entries(model.variables);
  return html`<section>
<h2>${say('checklistTitle')}</h2>
<table class="facts"><tbody>
<tr><th scope="row">${say('source')}</th><td class="mono">${model.source}</td></tr>
<tr><th scope="row">${say('contentHash')}</th><td class="mono">${model.contentHash}</td></tr>
</tbody></table>
<table>
<thead><tr><th scope="col">${say('file')}</th><th scope="col" class="number">${say('size')}</th><th scope="col">sha256</th></tr></thead>
<tbody>
${model.files.map(({ path, bytes, sha256 }) => html`<tr><th scope="row" class="mono">${path}</th><td class="number">${byteCount(bytes)}</td><td class="mono">${sha256}</td></tr>\n`)}</tbody></table>
<h3>${say('variables')}</h3>
${
  variables.length === 0
    ? html`<p>${say('noVariables')}</p>`
    : html`<table class="facts"><tbody>
${variables.map(([name, value]) => html`<tr><th scope="row" class="mono">${name}</th><td class="mono">${value}</td></tr>\n`)}</tbody></table>`
}
</section>
`;
}

/** The hash that everything hangs on, and how to check it. */
export function proofSection(context: ReportContext): Html {
  const { model, say, moment } = context;
  const { records, head, headAt, repairs } = model.journal;
  return html`<section>
<h2>${say('proofTitle')}</h2>
<p>${say('proofHead', { count: records, at: moment(headAt) })}</p>
<pre class="command">${head}</pre>
<p>${say('proofExplained')}</p>
<pre class="command">countersign verify ${model.runId}</pre>
<p>${say('proofAlone')}</p>
<pre class="command">node verify.mjs</pre>
${model.receipts.signers.map(({ name, fingerprint, count, lastSeq, admitted }) => html`<p>${say('receiptsOf', { name, fingerprint, count, seq: lastSeq ?? '–' })}${!admitted && html` <strong>${say('notAdmitted')}</strong>`}</p>\n`)}${
  model.participants.some(({ role }) => role === 'checker') &&
  html`<p>${say('receiptsExplained')}</p>
<pre class="command">countersign verify ${model.runId} --receipts receipts.jsonl</pre>`
}
${repairs > 0 && html`<p>${say('proofRepairs', { count: repairs })}</p>`}
<p class="aside">${say('madeBy', { ...model.app, zone: context.zone.label })}</p>
</section>
`;
}
