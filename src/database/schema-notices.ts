/** Channels and what is to be told over them. */
// oxlint-disable-next-line typescript/no-empty-object-type -- its tables come
export interface NoticesSchema {}
