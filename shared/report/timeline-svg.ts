import { dateTime, duration, type Zone } from './format.ts';
import { marks, type ReportContext } from './html-context.ts';
import { type Html, html } from './markup.ts';
import {
  type MomentKind,
  momentKinds,
  type Timeline,
  type TimelineMoment,
  type TimelineRow,
  type TimeSpan,
} from './timeline.ts';
import type { TimelineLane } from './timeline-hosts.ts';

/**
 * The time line as vector pictures in black and white: shapes and words tell everything, nothing rests on a colour.
 * Measures are units of the picture, of which 720 are as wide as the text of a page (4 = 1 mm).
 */
const WIDE = 720;
const LABELS = 200;
const FIGURES = 84;
const PLOT = WIDE - LABELS - FIGURES;
const ROW = 25;
const LANE = 14;
/** Most rows of one picture: none is cut, so a large one would leave much of a page empty before it. */
const ROWS = 10;
const HOST_LANES = 48;

/** Where an instant lies. */
type Place = (ms: number) => number;

const short = (value: number): number => Math.round(value * 10) / 10;

function placing({ from, until }: TimeSpan): Place {
  const whole = Math.max(1, until - from);
  return (ms) => short(LABELS + (Math.min(Math.max(ms - from, 0), whole) / whole) * PLOT);
}

/** The pictures: the first with what happened beside the steps, each with so few rows that pages are filled. */
export function timelinePictures(context: ReportContext, timeline: Timeline): readonly Html[] {
  const parts: (readonly TimelineRow[])[] = [];
  // All of about one size, so that no last row stands alone under an axis of its own.
  const most = Math.ceil(timeline.rows.length / Math.ceil(timeline.rows.length / ROWS));
  for (let first = 0; first < timeline.rows.length; first += most) {
    parts.push(timeline.rows.slice(first, first + most));
  }
  return parts.map((rows, index) => stepsPicture(context, timeline, { rows, index, of: parts.length }));
}

interface PicturePart {
  readonly rows: readonly TimelineRow[];
  readonly index: number;
  readonly of: number;
}

function stepsPicture(context: ReportContext, timeline: Timeline, { rows, index, of }: PicturePart): Html {
  const { say } = context;
  const place = placing(timeline.whole);
  const lanes = index === 0 ? lanesOf(timeline) : [];
  const top = 30 + lanes.length * LANE;
  const high = top + rows.length * ROW + 6;
  const title = of === 1 ? say('tl_title') : say('tl_part', { number: index + 1, of });
  const body = html`${axis(context.zone, timeline.whole, high)}${windowLines(context, timeline, high)}${lanes.map(
    (kind, lane) => momentLane(context, timeline, { kind, y: 26 + lane * LANE, high }),
  )}${rows.map((row, at) => rowPicture(context, row, { y: top + at * ROW, place }))}`;
  return picture({ id: `tl${index}`, title, description: say('tl_description', { count: rows.length }), high, body });
}

interface Picture {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly high: number;
  readonly body: Html;
}

function picture({ id, title, description, high, body }: Picture): Html {
  return html`<figure class="picture"><svg xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="${id}t ${id}d" viewBox="0 0 ${WIDE} ${high}" font-size="10.5">
<title id="${id}t">${title}</title><desc id="${id}d">${description}</desc>
${body}</svg></figure>
`;
}

const minute = 60_000;
const paces = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 10_800, 21_600, 43_200, 86_400];

/** Round times in the report's own zone, no more than there is room for. */
function axis(zone: Zone, whole: TimeSpan, high: number): Html {
  const place = placing(whole);
  const long = whole.until - whole.from;
  const seconds = paces.find((pace) => long / (pace * 1_000) <= 8) ?? Math.ceil(long / 8 / 86_400_000) * 86_400;
  const pace = seconds * 1_000;
  const shift = zone.minutes * minute;
  const ticks: number[] = [];
  for (let at = Math.ceil((whole.from + shift) / pace) * pace - shift; at <= whole.until; at += pace) ticks.push(at);
  let day = '';
  return html`${ticks.map((at) => {
    const full = dateTime(new Date(at).toISOString(), zone);
    const clock = seconds < 60 ? full.slice(11) : full.slice(11, 16);
    const label = full.slice(0, 10) === day ? clock : `${full.slice(5, 10)} ${clock}`;
    day = full.slice(0, 10);
    const x = place(at);
    return html`<path d="M${x} 14V${high}" stroke="#ccc" stroke-width=".5"/><text x="${x}" y="10" font-size="9" text-anchor="${x > WIDE - FIGURES - 20 ? 'end' : 'middle'}">${label}</text>`;
  })}<path d="M${LABELS} 14H${WIDE - FIGURES}" stroke="#111" stroke-width=".7"/>\n`;
}

/** The latest back-out and the end of the window run through all rows. */
function windowLines({ zone }: ReportContext, { whole, warn, backOutBy, end }: Timeline, high: number): Html {
  const place = placing(whole);
  const line = (ms: number | null, dash: string, wide: number) =>
    ms !== null &&
    html`<path d="M${place(ms)} 14V${high}" stroke="#111" stroke-width="${wide}" stroke-dasharray="${dash}"><title>${dateTime(new Date(ms).toISOString(), zone)}</title></path>`;
  return html`${line(warn, '1 4', 0.8)}${line(backOutBy, '6 3', 1.3)}${line(end, '2 2', 1)}`;
}

/** The kinds that have something to show. */
function lanesOf({ moments }: Timeline): readonly MomentKind[] {
  return momentKinds.filter((kind) => moments.some((moment) => moment.kind === kind));
}

interface LaneAt {
  readonly kind: MomentKind;
  readonly y: number;
  readonly high: number;
}

function momentLane({ say }: ReportContext, { whole, moments }: Timeline, { kind, y, high }: LaneAt): Html {
  const place = placing(whole);
  const own = moments.filter((moment) => moment.kind === kind);
  const times = kind === 'window' || kind === 'locked' || own.length < 2 ? '' : ` (${own.length})`;
  return html`<text x="0" y="${y + 3}">${fitted(`${say(`tl_${kind.replace('-', '_')}`)}${times}`, LABELS - 8)}</text>${distinct(own, place).map((moment) => momentShape(moment, { place, y, high }))}\n`;
}

/** A thousand gaps in one minute are one mark on paper. */
function distinct(moments: readonly TimelineMoment[], place: Place): readonly TimelineMoment[] {
  const found: TimelineMoment[] = [];
  for (const moment of moments.toSorted((one, other) => one.from - other.from)) {
    const last = found.at(-1);
    if (last !== undefined && place(moment.until) - place(last.until) < 1 && place(moment.from) - place(last.until) < 1)
      continue;
    found.push(moment);
  }
  return found;
}

function momentShape(
  { kind, from, until }: TimelineMoment,
  { place, y, high }: { readonly place: Place; readonly y: number; readonly high: number },
): Html {
  const x = place(from);
  const wide = Math.max(1.5, short(place(until) - x));
  switch (kind) {
    case 'window':
      return html`<path d="M${x} ${y - 4}v8m0 -4h${wide}m0 -4v8" fill="none" stroke="#111"/>`;
    case 'held':
      return html`<rect x="${x}" y="${y - 4}" width="${wide}" height="${high - y + 4}" fill="#eee"/><rect x="${x}" y="${y - 4}" width="${wide}" height="8" fill="#fff" stroke="#111"/><path d="M${x} ${y + 4}l8 -8" stroke="#111" stroke-width="${wide < 8 ? 0 : 1}"/>`;
    case 'locked':
      return html`<rect x="${x}" y="${y - 2}" width="${wide}" height="4" fill="#777"/>`;
    case 'gap':
    case 'away':
    case 'rollback':
      return html`<rect x="${x}" y="${y - 4}" width="${wide}" height="8" fill="#111"/>`;
    case 'crash':
      return html`<path d="M${x - 4} ${y - 4}l8 8m0 -8l-8 8" stroke="#111" stroke-width="1.6"/>`;
    case 'no-return':
      return html`<path d="M${x} ${y + 4}l-4 -8h8z" fill="#111"/>`;
  }
}

interface RowAt {
  readonly y: number;
  readonly place: Place;
}

function rowPicture(context: ReportContext, row: TimelineRow, { y, place }: RowAt): Html {
  const { planned, rehearsed, actual, backAt } = row;
  const label = row.steps === 1 ? `${row.codes[0]} ${row.title}` : `${row.codes[0]}–${row.codes[1]} ${row.title}`;
  const wide = (span: TimeSpan) => Math.max(1.5, short(place(span.until) - place(span.from)));
  return html`<path d="M0 ${y}H${WIDE}" stroke="#ddd" stroke-width=".5"/><text x="0" y="${y + 15}">${fitted(label, LABELS - 10)}</text>${
    planned !== null &&
    html`<rect x="${place(planned.from)}" y="${y + 3}" width="${wide(planned)}" height="4.5" fill="#fff" stroke="#111" stroke-width=".8"/>`
  }${
    rehearsed !== null &&
    html`<rect x="${place(rehearsed.from)}" y="${y + 9}" width="${wide(rehearsed)}" height="3.5" fill="#aaa"/>`
  }${actual !== null && html`<rect x="${place(actual.from)}" y="${y + 14}" width="${wide(actual)}" height="5.5" fill="#111"/>`}${
    backAt !== null &&
    html`<path d="M${place(backAt.from)} ${y + 22}H${place(backAt.until)}" stroke="#111" stroke-width=".7" stroke-dasharray="1.5 1.5"/><path d="M${place(backAt.until)} ${y + 19.5}v5" stroke="#111"/>`
  }${deviations(row, { y, place })}${row.paper.map((at) => html`<rect x="${short(place(at) - 3.5)}" y="${y + 12.5}" width="7" height="8.5" fill="#fff" stroke="#111"/><path d="M${short(place(at) - 1.8)} ${y + 15.5}h3.6m-3.6 2.5h3.6" stroke="#111" stroke-width=".7"/>`)}<text x="${WIDE}" y="${y + 15}" font-size="9.5" text-anchor="end">${times(context, row)}</text>\n`;
}

/** Actual time, and the planned one after a slash. */
function times({ say }: ReportContext, { actualMs, plannedMs }: TimelineRow): string {
  if (actualMs === null) return say('tl_not');
  return plannedMs === null ? duration(actualMs) : `${brief(actualMs)} / ${brief(plannedMs)}`;
}

/** `0:05`, `3:07`, `1:02:45`: two of them fit beside a row. */
function brief(ms: number): string {
  const seconds = Math.round(ms / 1_000);
  const two = (value: number) => String(value).padStart(2, '0');
  const [hours, minutes] = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60];
  return hours === 0 ? `${minutes}:${two(seconds % 60)}` : `${hours}:${two(minutes)}:${two(seconds % 60)}`;
}

/** The mark of each status that is not passed, where its step began; marks that would cover each other become one. */
function deviations({ deviating, actual }: TimelineRow, { y, place }: RowAt): Html {
  let last = Number.NEGATIVE_INFINITY;
  return html`${deviating.map(({ at, status }) => {
    const x = Math.max(LABELS + 5, place(actual === null ? at : Math.max(at, actual.from)) - 1);
    if (x - last < 9) return null;
    last = x;
    return html`<circle cx="${x}" cy="${y + 16.5}" r="5.5" fill="#fff" stroke="#111"/><text x="${x}" y="${y + 20}" font-size="9" font-weight="600" text-anchor="middle">${marks[status]}</text>`;
  })}`;
}

/** The hosts' pictures; none where one host did all. */
export function hostPictures(context: ReportContext, { whole, hosts }: Timeline): readonly Html[] {
  const parts: (readonly TimelineLane[])[] = [];
  for (let first = 0; first < hosts.length; first += HOST_LANES) parts.push(hosts.slice(first, first + HOST_LANES));
  const { say, zone } = context;
  const place = placing(whole);
  return parts.map((lanes, index) => {
    const high = 22 + lanes.length * LANE + 4;
    const body = html`${axis(zone, whole, high)}${lanes.map((lane, at) => hostLane(context, lane, { y: 22 + at * LANE, place }))}`;
    const description = say('tl_hostsDescription', { count: lanes.length });
    return picture({ id: `tlh${index}`, title: say('tl_hosts'), description, high, body });
  });
}

function hostLane({ say, time }: ReportContext, lane: TimelineLane, { y, place }: RowAt): Html {
  const { host, hosts, batch, bars } = lane;
  const shared =
    batch === null ? say('tl_noBatch', { count: hosts }) : say('tl_batchOf', { number: batch, count: hosts });
  const last = bars.reduce((latest, { until }) => Math.max(latest, until), 0);
  const until = time(new Date(last).toISOString());
  return html`<path d="M0 ${y}H${WIDE}" stroke="#ddd" stroke-width=".5"/><text x="0" y="${y + 10.5}">${fitted(host ?? shared, LABELS - 10)}</text>${bars.map(
    (bar) => {
      const x = place(bar.from);
      const wide = Math.max(1.5, short(place(bar.until) - x));
      const named = bar.batch !== null && wide > 9;
      return html`<rect x="${x}" y="${y + 3}" width="${wide}" height="8" fill="${bar.batch === null ? '#111' : '#fff'}" stroke="#111" stroke-width=".8"/>${named && html`<text x="${short(x + wide / 2)}" y="${y + 10}" font-size="8" text-anchor="middle">${bar.batch ?? ''}</text>`}${bar.bad && html`<path d="M${short(x - 2)} ${y + 1}l12 12" stroke="#111" stroke-width="1.5"/>`}`;
    },
  )}<text x="${WIDE}" y="${y + 10.5}" font-size="9.5" text-anchor="end">${until}</text>\n`;
}

/** Cut to what fits; a Chinese character is as wide as it is high, any other about half of that. */
function fitted(text: string, wide: number): string {
  let room = wide;
  let fits = '';
  for (const char of text) {
    room -= char >= '\u2e80' ? 10.5 : 5.6;
    if (room < 6) return `${fits}…`;
    fits += char;
  }
  return fits;
}
