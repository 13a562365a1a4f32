"""Made-up requests by the thousand: against the API's document, and against other people's rows."""
