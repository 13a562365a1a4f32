"""Pages of advice: the cockpit, a landing and the weekly reports."""
