"""Rules: conditions over figures and time, and what happens when they hold."""
