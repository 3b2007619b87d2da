import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { app, BrowserWindow, session } from 'electron';
import { replaceFile } from '../ipc/replace-file.ts';

const marginStyle = 'font-size:7.5px;width:100%;padding:0 12mm;color:#000;font-family:sans-serif;display:flex';
/** Chromium fills the classes `title`, `pageNumber` and `totalPages` itself. */
const header = `<div style="${marginStyle};justify-content:space-between"><span class="title"></span></div>`;
const footer = `<div style="${marginStyle};justify-content:flex-end"><span><span class="pageNumber"></span> / <span class="totalPages"></span></span></div>`;

/**
 * Prints an HTML file on A4 as a tagged PDF with an outline, its title in each page's head and "page / pages" at each
 * foot. The page runs no script and loads nothing but itself. Rejects when the page cannot be loaded or written.
 */
export async function printFileToPdf(input: string, output: string): Promise<void> {
  const address = pathToFileURL(input).href;
  // Its own session in memory: the app's protocol, cookies and cache are not there.
  const apart = session.fromPartition(`print-${process.hrtime.bigint()}`);
  apart.setPermissionRequestHandler((_contents, _permission, callback) => callback(false));
  apart.webRequest.onBeforeRequest(({ url }, callback) =>
    callback({ cancel: url !== address && !url.startsWith('data:') }),
  );
  const window = new BrowserWindow({
    show: false,
    webPreferences: {
      session: apart,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      javascript: false,
      spellcheck: false,
    },
  });
  try {
    await window.loadURL(address);
    const pdf = await window.webContents.printToPDF({
      pageSize: 'A4',
      printBackground: true,
      preferCSSPageSize: true,
      generateTaggedPDF: true,
      generateDocumentOutline: true,
      displayHeaderFooter: true,
      headerTemplate: header,
      footerTemplate: footer,
      margins: { top: 0.7, bottom: 0.7, left: 0.5, right: 0.5 },
    });
    await replaceFile(output, pdf);
  } finally {
    window.destroy();
  }
}

/** The same for HTML in memory; it lies in a private temporary folder while it is being printed. */
export async function printHtmlToPdf(html: string, output: string): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'countersign-print-'));
  try {
    const input = join(folder, 'report.html');
    await writeFile(input, html, { mode: 0o600 });
    await printFileToPdf(input, output);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** What `printAndExit` is given; see `Launch`. */
interface PrintJob {
  readonly input: string;
  readonly output: string;
  readonly whenTold: boolean;
}

/**
 * The hidden mode `--print-to-pdf IN.html OUT.pdf [--when-told]` that the command line uses. It needs a display (Xvfb
 * will do): Electron 33 crashes on `--ozone-platform=headless`. Exit code 0 written, 1 not.
 */
export function printAndExit({ input, output, whenTold }: PrintJob): void {
  app.disableHardwareAcceleration();
  app.on('window-all-closed', () => {});
  const there = whenTold ? pageReady() : Promise.resolve();
  // Whatever happens before the app is ready is looked at then: it could not leave earlier.
  there.catch(() => {});
  void app
    .whenReady()
    .then(() => there)
    .then(() => printFileToPdf(input, output))
    .then(
      () => app.exit(0),
      (error: unknown) => {
        process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
        app.exit(1);
      },
    );
}

/** Whoever started us writes the page while we come up, and says when it is there. Rejects when they are gone. */
function pageReady(): Promise<void> {
  return new Promise((resolve, reject) => {
    process.once('message', () => resolve());
    const gone = () => reject(new Error('Whoever wanted this page printed is gone.'));
    // They may be gone before this was loaded: nobody is told of that again.
    if (process.connected) process.once('disconnect', gone);
    else gone();
  });
}
