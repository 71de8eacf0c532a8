/** Put in by the build; from the source it is what a developer runs. */
declare const ROLLCALL_VERSION: string | undefined

export const agentVersion: string = typeof ROLLCALL_VERSION === 'string' ? ROLLCALL_VERSION : 'source'
