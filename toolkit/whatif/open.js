// What a reader has unfolded stays so when the numbers around it are written anew.
(() => {
  const unfolded = new Set();
  const key = (details) => {
    const view = details.closest(".whatif-right > *");
    return view && `${[...view.parentNode.children].indexOf(view)} ${details.firstChild.textContent}`;
  };
  const unfold = () => {
    document.querySelectorAll(".whatif-right details:not([open])").forEach((details) => {
      details.open = unfolded.has(key(details));
    });
  };
  const heed = ({ target }) => {
    const named = target.matches("details") && target.isConnected && key(target);
    if (named) unfolded[target.open ? "add" : "delete"](named);
  };
  document.addEventListener("toggle", heed, true); // it does not bubble
  new MutationObserver(unfold).observe(document.body, { childList: true, subtree: true });
})();
