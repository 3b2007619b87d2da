import type { Language } from './settings.ts';

/** A display as the person can tell it from another. */
export interface DisplayView {
  readonly id: number;
  readonly label: string;
  readonly width: number;
  readonly height: number;
  readonly primary: boolean;
  /** The checklist will be here; the others are covered. */
  readonly chosen: boolean;
}

/** How the lock stands just now, as it was last sensed. */
export interface LockView {
  /** `checking` and `entering` take a moment; `open`: notifications may still be kept back. */
  readonly status: 'open' | 'checking' | 'entering' | 'locked';
  /** Null: nothing is kept back. */
  readonly notifications: {
    readonly adapter: string;
    readonly state: 'blocked' | 'not-verified' | 'lost';
    /** Kept back so far; null where the desktop does not tell. Not shown before a safe point. */
    readonly waiting: number | null;
  } | null;
}

/** What the other displays show while the lock is on: a calm clock and the state. */
export interface CoverView {
  readonly language: Language;
  readonly title: string;
  readonly environment: string;
  readonly production: boolean;
  /** The current step's code and title, or null. */
  readonly step: string | null;
  readonly startedAt: string | null;
}
