/* Before anything is painted: the theme that was chosen here. */
"use strict";
try {
  const theme = localStorage.getItem("theme");
  if (theme) document.documentElement.dataset.theme = theme;
} catch (error) { /* storage may be forbidden; the system's theme then holds */ }
