"""What was observed: frozen types with one JSON form each; nothing here computes, and nothing here knows a page."""
