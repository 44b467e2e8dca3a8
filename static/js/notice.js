// Writes the notice that the chosen room would make into its field, to be edited; without script it is made on saving.

const notice = document.getElementById("id_notice");
let proposed = "";

document.querySelector(".rooms")?.addEventListener("change", (event) => {
  if (!notice || notice.value !== proposed) return;
  proposed = notice.value = event.target.dataset.notice ?? "";
});
