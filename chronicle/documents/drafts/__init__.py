"""Drafts of documents: filled in from what was observed, so that an author begins with the facts and writes the meaning."""
