"""What is typed about rules and alerts."""
