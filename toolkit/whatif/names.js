// Sliders and pressed buttons of ipywidgets tell a screen reader neither name nor state.
(() => {
  const name = () => {
    document.querySelectorAll(".whatif-slider .noUi-handle").forEach((handle) => {
      const label = handle.closest(".whatif-slider").querySelector("label");
      if (label) handle.setAttribute("aria-label", label.textContent);
    });
    document.querySelectorAll(".whatif-dashboard .widget-toggle-button").forEach((button) => {
      const pressed = String(button.classList.contains("mod-active"));
      if (button.getAttribute("aria-pressed") !== pressed) button.setAttribute("aria-pressed", pressed);
    });
  };
  const watched = { childList: true, subtree: true, attributes: true, attributeFilter: ["class"] };
  new MutationObserver(name).observe(document.body, watched);
  name();
})();
