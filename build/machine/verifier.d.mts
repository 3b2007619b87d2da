export const verifierPath: string;
export function buildVerifier(path?: string): Promise<void>;
