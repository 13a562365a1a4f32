"""Files made to do harm, and what must become of each."""
