"""Chronicles and reports from before front matter, read into the same model: pure functions from bytes to documents."""
