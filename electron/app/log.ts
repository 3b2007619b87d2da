import { join } from 'node:path';
import log from 'electron-log/main';

/** The app's own log: for the people who look after the app, not evidence and not the journal. */
export interface AppLog {
  info(message: string): void;
  warn(message: string): void;
  error(message: string): void;
}

/** Writes to `DATA/logs/app.log` (one older file is kept) and, in development, to stderr. Callers give no secrets. */
export function openLog(data: string, packaged: boolean): AppLog {
  log.transports.file.resolvePathFn = () => join(data, 'logs', 'app.log');
  log.transports.file.level = 'info';
  log.transports.file.maxSize = 1024 * 1024;
  log.transports.console.level = packaged ? false : 'warn';
  log.transports.ipc.level = false;
  return {
    info: (message) => log.info(message),
    warn: (message) => log.warn(message),
    error: (message) => log.error(message),
  };
}
