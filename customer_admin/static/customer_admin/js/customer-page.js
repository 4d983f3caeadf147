/* Keeps the address bar, the row of tabs and a failed load in step with the tab that is open. */
(() => {
  const tabs = document.querySelector("[data-customer-tabs]");
  if (!tabs) return;

  const tabOf = (panel) => document.getElementById(panel.getAttribute("aria-labelledby"));

  const reveal = (tab) => {
    // Only the row of tabs scrolls, not the page.
    const row = tab.closest(".w-tabs__wrapper");
    const [inner, outer] = [tab.getBoundingClientRect(), row.getBoundingClientRect()];
    if (inner.left < outer.left) row.scrollLeft -= outer.left - inner.left;
    if (inner.right > outer.right) row.scrollLeft += inner.right - outer.right;
  };

  tabs.addEventListener("w-tabs:changed", ({ target }) => {
    const tab = tabOf(target);
    // Replaced, not pushed: Back leads to where one came from, however many tabs were looked at.
    window.history.replaceState(window.history.state, "", tab.href);
    reveal(tab);
  });

  tabs.addEventListener("w-swap:error", (event) => {
    event.preventDefault();
    const failed = tabs.querySelector("[data-customer-tab-failed]").content.cloneNode(true);
    failed.querySelector("a").href = tabOf(event.target).href;
    event.target.replaceChildren(failed);
  });

  tabs.addEventListener("keydown", (event) => {
    // Tabs are links here, and a link does not know the space bar.
    if (event.key === " " && event.target.matches('[role="tab"]')) {
      event.preventDefault();
      event.target.click();
    }
  });

  const open = tabs.querySelector('[role="tab"][aria-selected="true"]');
  if (open) reveal(open);
  // Who turned a page or picked a filter wants to go on reading there.
  if (window.location.search) tabs.scrollIntoView({ block: "start" });
})();
