/** What people may choose as a password, in characters. */
export const minimumPassword = 12
export const maximumPassword = 256
