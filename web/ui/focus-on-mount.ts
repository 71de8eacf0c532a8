/** For `ref`: the field is where one types first when a dialog or a page has opened for it. */
export const focusOnMount = (element: HTMLElement | null): void => element?.focus()
