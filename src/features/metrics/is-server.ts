/** Whether a subject is a server; others have a kind before their id, such as `check:12`. */
export const isServer = (subject: string): boolean => !subject.includes(':')
