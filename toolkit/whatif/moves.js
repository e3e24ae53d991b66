// Tells the kernel every move of a hand: which slider, how far, and whether it is still the same
// move. A held key and a drag are one move; presses that pause longer than PAUSE are several. What
// the kernel writes to a slider fires no "slide", so only hands are heard.
(() => {
  if (window.whatifMoves) return;
  window.whatifMoves = true;
  const PAUSE = 250; // milliseconds
  const KEPT = 20; // moves told with each message, lest one is lost while the kernel works
  const logs = new WeakMap();
  let gesture = Date.now(); // greater than any of a page that was open before
  let last = { slider: null, at: 0 };

  const begin = (slider, goesOn = false) => {
    const now = performance.now();
    if (slider !== last.slider || (!goesOn && now - last.at > PAUSE)) gesture += 1;
    last = { slider, at: now };
  };
  const tell = (slider, slid, value) => {
    const page = slider.closest(".whatif-dashboard");
    const field = page && page.querySelector(".whatif-moves input");
    const number = Number((/whatif-number-(\d+)/.exec(slider.className) || [])[1]);
    if (!field || !Number.isFinite(number) || !Number.isFinite(value)) return;
    const log = (logs.get(page) || []).filter((move) => move[0] !== gesture);
    logs.set(page, [...log, [gesture, number, slid, value]].slice(-KEPT));
    field.value = JSON.stringify(logs.get(page));
    field.dispatchEvent(new Event("input", { bubbles: true }));
  };
  const follow = () => {
    document.querySelectorAll(".whatif-slider .noUi-target").forEach((target) => {
      if (target.whatifFollowed === target.noUiSlider) return;
      target.whatifFollowed = target.noUiSlider;
      const slider = target.closest(".whatif-slider");
      target.noUiSlider.on("slide.whatif", (values) => {
        begin(slider, slider === last.slider); // it began with the key or the pointer
        tell(slider, true, Number(values[0]));
      });
    });
  };
  const at = (event) => event.target.closest && event.target.closest(".whatif-slider");
  document.addEventListener("pointerdown", (event) => at(event) && begin(at(event)), true);
  document.addEventListener(
    "keydown",
    (event) => {
      const slider = at(event);
      if (!slider) return;
      if (event.target.matches("input") && !event.key.startsWith("Arrow")) last.at = -Infinity; // typed
      else begin(slider, event.repeat);
    },
    true,
  );
  document.addEventListener(
    "change",
    (event) => {
      const slider = at(event);
      if (!slider || event.target.type !== "number" || event.target.value === "") return;
      begin(slider);
      tell(slider, false, Number(event.target.value));
    },
    true,
  );
  new MutationObserver(follow).observe(document.body, { childList: true, subtree: true });
  follow();
})();
