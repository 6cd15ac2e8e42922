// Why the last guess of the secret did not count: the Worker puts it into the address.

const query = new URLSearchParams(location.search);
const refused = document.getElementById("refused");
const button = document.querySelector("button");
const end = Date.now() + Math.min(Number(query.get("wait")) || 0, 86_400) * 1_000;

if (query.has("wrong")) refused.textContent = "That is not the secret.";
if (query.has("wait")) wait();
document.getElementById("secret").focus();

function wait() {
  const seconds = Math.ceil((end - Date.now()) / 1_000);
  button.disabled = seconds > 0;
  if (seconds > 0) {
    refused.textContent = `Too many wrong secrets. Try again in ${seconds} s.`;
    setTimeout(wait, 1_000);
  } else {
    refused.textContent = "Try again now.";
  }
}
