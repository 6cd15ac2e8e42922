// Says to screen readers: an event of the page in one sentence.

export function announce(words) {
  const announcer = document.getElementById("announcer");
  // The same words twice would not be a change.
  announcer.textContent = announcer.textContent === words ? `${words}\u00a0` : words;
}
