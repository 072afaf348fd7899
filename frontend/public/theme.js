// Runs before the first paint, so that neither theme nor accent flash. It is a file of its own because
// the Content-Security-Policy allows no script in the page. `src/shared/lib/theme.ts` writes what it reads.
(function () {
  var root = document.documentElement;
  var choice = "system";
  try {
    choice = localStorage.getItem("souk.theme") || "system";
    var accents = JSON.parse(localStorage.getItem("souk.accents") || "{}");
    for (var name in accents) if (name.indexOf("--accent-") === 0) root.style.setProperty(name, accents[name]);
  } catch {
    // Storage can be forbidden or spoilt: then the system's theme and Souk's own accent it is.
  }
  var dark = choice === "dark" || (choice !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
  root.dataset.theme = dark ? "dark" : "light";
})();
