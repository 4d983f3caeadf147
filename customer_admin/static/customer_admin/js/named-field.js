/* Puts the cursor into the field that stands in the address after the #, once its tab is open: one click less. */
window.addEventListener("load", () => {
  const field = document.getElementById(window.location.hash.slice(1));
  if (!field?.matches("input, select, textarea, button")) return;
  field.focus({ preventScroll: true });
  // Not at the upper edge, where the header would cover it.
  field.scrollIntoView({ block: "center" });
});
