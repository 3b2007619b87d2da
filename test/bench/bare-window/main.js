/** The least an Electron app can be: one window, one page, one button. What Countersign's start is measured against. */
import { app, BrowserWindow } from 'electron';

app
  .whenReady()
  .then(() => new BrowserWindow({ width: 1280, height: 800 }).loadFile(`${import.meta.dirname}/index.html`));
app.on('window-all-closed', () => app.quit());
