import { z } from 'zod';

// The page's content security policy forbids eval, so zod must not compile its parsers. Imported before any schema.
z.config({ jitless: true });
