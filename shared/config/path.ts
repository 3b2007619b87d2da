/** `parent.name`; the parent of the outermost is ``. */
export function childKey(parent: string, name: string): string {
  return parent === '' ? name : `${parent}.${name}`;
}

/** `parent[0]`. */
export function indexKey(parent: string, index: number): string {
  return `${parent}[${index}]`;
}
