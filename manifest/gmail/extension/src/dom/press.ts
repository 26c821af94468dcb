/** Presses an element of Gmail's page the way a mouse does. */

const SEQUENCE = ["mousedown", "mouseup", "click"] as const;

export function press(element: HTMLElement): void {
  for (const type of SEQUENCE) {
    element.dispatchEvent(new MouseEvent(type, { bubbles: true, cancelable: true, view: window, button: 0 }));
  }
}
