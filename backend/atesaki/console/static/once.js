// A double click sends a form once: else it is done twice, and the answer to the second time is all that is seen.
(() => {
  "use strict";
  // A form that is answered by a download stays where it is, and can be sent again afterwards.
  const PAUSE = 3000;
  const sent = new WeakMap();
  document.addEventListener("submit", (event) => {
    const button = event.submitter ?? event.target;
    if (event.timeStamp - (sent.get(button) ?? -PAUSE) < PAUSE) event.preventDefault();
    else sent.set(button, event.timeStamp);
  });
})();
