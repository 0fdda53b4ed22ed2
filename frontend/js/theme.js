// Runs before the first paint, so that a chosen theme does not flash. `state/theme.rs` does the rest.
try {
  const theme = localStorage.getItem("howdah.theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
} catch {
  // No storage: the system decides.
}
