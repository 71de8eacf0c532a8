/** Alert rules, alerts and silences. */
// oxlint-disable-next-line typescript/no-empty-object-type -- its tables come
export interface AlertsSchema {}
