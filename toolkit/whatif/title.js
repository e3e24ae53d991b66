// The tab says whose data it shows, and the key "?" shows and hides the help.
(() => {
  if (window.whatifTitle) return;
  window.whatifTitle = true;
  const name = () => {
    const client = document.querySelector(".whatif-client");
    if (client && document.title !== client.textContent) document.title = client.textContent;
  };
  const typing = (target) => target.matches("input:not([type=number]):not([type=checkbox]), textarea, [contenteditable=true]");
  document.addEventListener("keydown", (event) => {
    const button = document.querySelector(".whatif-help-button");
    if (event.key !== "?" || !button || typing(event.target)) return;
    event.preventDefault();
    event.stopPropagation();
    button.click();
  }, true);
  new MutationObserver(name).observe(document.documentElement, { childList: true, subtree: true, characterData: true });
  name();
})();
