"""Who gets a uid, who gives one up, and what it costs."""
