/** Pages of metrics that are read. */
// oxlint-disable-next-line typescript/no-empty-object-type -- its tables come
export interface ScrapesSchema {}
