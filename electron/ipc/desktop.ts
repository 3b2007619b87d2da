/** What the machine room needs of the desktop: dialogs, the viewer for files, and a printer of PDFs. */
export interface Desktop {
  /** Null when the person closed the dialog. */
  chooseChecklist(): Promise<string | null>;
  /** Null when the person closed the dialog. */
  chooseEvidence(): Promise<string | null>;
  /** Null when the person closed the dialog. `name` is the proposed file name with its extension. */
  chooseReportPlace(name: string): Promise<string | null>;
  /** Null when the person closed the dialog. */
  chooseRunZip(): Promise<string | null>;
  /** Opens a file with the system's viewer. Rejects with the system's words when there is none. */
  show(path: string): Promise<void>;
  /** The taskbar shows that so much waits here; the window asks for attention when it grows while nobody looks. */
  attention(count: number): void;
  /** Writes HTML as a tagged PDF. */
  printPdf(html: string, path: string): Promise<void>;
}
