/** Lets only what a person does reach the dialog: a script on Gmail's page can press nothing in it. */

const ACTS = ["click", "submit", "cancel", "close", "change", "input", "keydown"] as const;

/** Stops every act inside `root` that no person did, before any listener of the dialog hears of it. */
export function trustedOnly(root: ShadowRoot): void {
  let pressed: EventTarget | null = null;
  const guard = (event: Event) => {
    const genuine = event.isTrusted && (event.type !== "submit" || isPressed(event, pressed));
    if (!genuine) {
      event.preventDefault();
      event.stopImmediatePropagation();
    } else if (event.type === "click") {
      pressed = buttonOf(event);
      setTimeout(() => {
        pressed = null;
      });
    }
  };
  for (const type of ACTS) {
    root.addEventListener(type, guard, true);
  }
}

// `requestSubmit()` of a script makes a trusted submit event, so the press of exactly that button must come first.
function isPressed(event: Event, pressed: EventTarget | null): boolean {
  return pressed !== null && event instanceof SubmitEvent && event.submitter === pressed;
}

function buttonOf(event: Event): EventTarget | null {
  return event.target instanceof Element ? event.target.closest("button") : null;
}
