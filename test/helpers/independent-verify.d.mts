export function independentVerify(
  folder: string,
  given?: string | null,
): { readonly integrity: 'intact' | 'altered'; readonly complete: boolean; readonly why: string | null };
