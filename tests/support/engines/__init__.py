"""Firefox and WebKit beside Chromium: their pages are driven as Playwright's are."""
