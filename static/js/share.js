// Lets a reader share a talk's lasting address, or copy it; without script the link itself is there.

for (const line of document.querySelectorAll(".share")) {
  const link = line.querySelector("a[data-title]");
  const status = line.querySelector("[role=status]");
  const [share, copy] = ["share", "copy"].map((name) => line.querySelector(`[data-does=${name}]`));

  if (navigator.share) {
    share.hidden = false;
    // Closing the sheet is a decision, not an error.
    share.addEventListener("click", () => navigator.share({ title: link.dataset.title, url: link.href }).catch(() => {}));
  }
  if (navigator.clipboard) {
    copy.hidden = false;
    copy.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(link.href);
        status.textContent = copy.dataset.done;
      } catch {
        status.textContent = copy.dataset.failed; // the reader did not allow it
      }
    });
  }
}
